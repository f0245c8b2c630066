-- The traffic of 17 November: how many predictions, and how high they were, per version of the model.
SELECT model_version, count(*) AS requests, avg(score) AS mean_score
FROM predictions
WHERE made_at >= TIMESTAMP '2026-11-17 00:00:00' AND made_at < TIMESTAMP '2026-11-18 00:00:00'
GROUP BY model_version
ORDER BY model_version
