WITH params AS (SELECT '2026-11-17' AS day)
SELECT model_version, count(*) AS requests, avg(score) AS mean_score
FROM predictions
CROSS JOIN params
WHERE dt = params.day
GROUP BY model_version
ORDER BY model_version
