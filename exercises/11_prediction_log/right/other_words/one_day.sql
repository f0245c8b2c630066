WITH the_day AS (
  SELECT * FROM default.predictions WHERE dt BETWEEN '2026-11-17' AND '2026-11-17'
)
SELECT p.model_version, sum(1) AS requests, sum(p.score) / count(p.score) AS mean_score
FROM the_day AS p
GROUP BY 1;
