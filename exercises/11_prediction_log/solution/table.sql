-- What Athena is told about the objects. Two statements, the second one for the partitions.
CREATE EXTERNAL TABLE predictions (
  request_id string,
-- BEGIN SOLUTION 4
--| -- TODO 4: a query of this table finds no row, or ends with HIVE_BAD_DATA. What do the files say?
--| -- What must be true: every row is found, and each column has the values that were written.
--| made_at string,
--| user string,
--| movie_id bigint,
--| score double,
--| liked boolean,
  made_at timestamp,
  user_key string,
  movie_id int,
  score double,
  liked int,
-- END SOLUTION
  latency_ms double,
  model_version string
)
-- BEGIN SOLUTION 4
--| PARTITIONED BY (day date)
PARTITIONED BY (dt string)
-- END SOLUTION
STORED AS PARQUET
LOCATION 's3://prediction-lake/predictions/';

-- BEGIN SOLUTION 4
--| -- TODO 4: somebody has to tell the table which folders there are.
MSCK REPAIR TABLE predictions;
-- END SOLUTION
