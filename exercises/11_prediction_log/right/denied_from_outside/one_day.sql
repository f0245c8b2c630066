SELECT model_version, count(*) AS requests, avg(score) AS mean_score
FROM predictions
WHERE NOT (dt <> '2026-11-17' OR score IS NULL)
GROUP BY model_version
ORDER BY model_version
