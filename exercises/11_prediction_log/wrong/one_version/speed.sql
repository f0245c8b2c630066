-- How long a request waits for its prediction, per day: nineteen of twenty wait at most this long.
SELECT dt, approx_percentile(latency_ms, 0.95) AS p95_ms
FROM predictions
WHERE model_version = 'v1'
GROUP BY dt
ORDER BY dt
