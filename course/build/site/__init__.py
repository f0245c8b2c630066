"""Makes the site: hand-written pages of docs/pages, and pages made from what the repository knows already."""
