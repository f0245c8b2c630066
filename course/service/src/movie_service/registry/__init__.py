"""Which model answers: versions that never change, and names that point to them.

    versions/1.4.0/manifest.json, model.txt, online.json   written once
    aliases.json                                            champion, challenger, previous

To promote a model is to change one small file, under the condition that nobody else has changed it meanwhile; to roll
back is to change it again. The registry is a folder or a prefix in S3; the serving process reads a folder only.
"""
