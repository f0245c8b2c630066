-- What Athena is told about the objects. Two statements, the second one for the partitions.
CREATE EXTERNAL TABLE predictions (
  request_id string,
  made_at timestamp,
  user_key varchar(5),
  movie_id int,
  score double,
  liked int,
  latency_ms double,
  model_version string
)
PARTITIONED BY (dt string)
STORED AS PARQUET
LOCATION 's3://prediction-lake/predictions/';

MSCK REPAIR TABLE predictions;
