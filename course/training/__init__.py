"""The data, the features and the model that the course deploys: generated, trained and bundled here."""
