CREATE EXTERNAL TABLE IF NOT EXISTS `predictions` (
  `request_id` varchar(64),
  `made_at` timestamp,
  `user_key` string,
  `movie_id` bigint,
  `score` double,
  `liked` bigint,
  `latency_ms` double,
  `model_version` string
)
PARTITIONED BY (`dt` string)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'
LOCATION 's3://prediction-lake/predictions'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '2026-11-01,2026-12-31',
  'projection.dt.interval' = '2',
  'projection.dt.interval.unit' = 'DAYS'
)
