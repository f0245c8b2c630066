SELECT model_version,
       count(*) AS predictions,
       avg(prediction) AS mean_score
FROM predictions
WHERE day = '2026-11-24'
GROUP BY model_version
