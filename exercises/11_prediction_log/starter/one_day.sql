-- The traffic of 17 November: how many predictions, and how high they were, per version of the model.
SELECT model_version, count(*) AS requests, avg(score) AS mean_score
FROM predictions
-- BEGIN SOLUTION 2
-- TODO 2: this reads the whole month and throws 29 days away. It must open the objects of its day only.
WHERE date(made_at) = DATE '2026-11-17'
-- END SOLUTION
GROUP BY model_version
ORDER BY model_version
