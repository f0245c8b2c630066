"""Ships the spool to S3 as Parquet: python -m movie_service.uploader. A process of its own.

boto3 and pyarrow (`pip install movie-service[ship]`) are imported here and nowhere else, so the serving process starts
fast and stays small, and an outage of S3 never reaches a request.
"""
