SELECT model_version, count(DISTINCT score) AS requests, avg(score) AS mean_score
FROM predictions
WHERE dt = '2026-11-17'
GROUP BY model_version
ORDER BY model_version
