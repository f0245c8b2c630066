-- What Athena is told about the objects. Two statements, the second one for the partitions.
CREATE EXTERNAL TABLE predictions (
  request_id string,
  made_at timestamp,
  user_key string,
  movie_id int,
  score double,
  liked int,
  latency_ms double,
  model_version string
)
PARTITIONED BY (dt string)
STORED AS PARQUET
LOCATION 's3://prediction-lake/predictions/';

ALTER TABLE predictions ADD IF NOT EXISTS
  PARTITION (dt = '2026-11-01')
  PARTITION (dt = '2026-11-02')
  PARTITION (dt = '2026-11-03')
  PARTITION (dt = '2026-11-04')
  PARTITION (dt = '2026-11-05')
  PARTITION (dt = '2026-11-06')
  PARTITION (dt = '2026-11-07')
  PARTITION (dt = '2026-11-08')
  PARTITION (dt = '2026-11-09')
  PARTITION (dt = '2026-11-10')
  PARTITION (dt = '2026-11-11')
  PARTITION (dt = '2026-11-12')
  PARTITION (dt = '2026-11-13')
  PARTITION (dt = '2026-11-14')
  PARTITION (dt = '2026-11-15')
  PARTITION (dt = '2026-11-16')
  PARTITION (dt = '2026-11-17')
  PARTITION (dt = '2026-11-18')
  PARTITION (dt = '2026-11-19')
  PARTITION (dt = '2026-11-20')
  PARTITION (dt = '2026-11-21')
  PARTITION (dt = '2026-11-22')
  PARTITION (dt = '2026-11-23')
  PARTITION (dt = '2026-11-24')
  PARTITION (dt = '2026-11-25')
  PARTITION (dt = '2026-11-26')
  PARTITION (dt = '2026-11-27')
  PARTITION (dt = '2026-11-28')
  PARTITION (dt = '2026-11-29')
  PARTITION (dt = '2026-11-30');
