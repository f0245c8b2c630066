SELECT dt, avg(p95) AS p95_ms
FROM (
  SELECT dt, hour(made_at) AS h, model_version, approx_percentile(latency_ms, 0.95) AS p95
  FROM predictions
  GROUP BY 1, 2, 3
)
GROUP BY dt
ORDER BY dt
