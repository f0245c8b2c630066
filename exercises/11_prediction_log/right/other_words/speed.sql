SELECT dt, element_at(approx_percentile(latency_ms, ARRAY[0.5, 0.95]), 2) AS p95_ms
FROM predictions
GROUP BY 1
