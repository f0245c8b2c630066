SELECT model_version, count(*) AS requests, round(avg(score), 4) AS mean_score
FROM predictions
WHERE dt = '2026-11-17'
GROUP BY model_version
ORDER BY model_version
