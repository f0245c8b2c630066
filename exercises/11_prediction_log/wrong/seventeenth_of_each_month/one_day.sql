-- The traffic of 17 November: how many predictions, and how high they were, per version of the model.
SELECT model_version, count(*) AS requests, avg(score) AS mean_score
FROM predictions
WHERE dt LIKE '%-17'
GROUP BY model_version
ORDER BY model_version
