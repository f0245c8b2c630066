-- Does the score drift? Per day: the mean score, and the share of predictions that said "likes it".
SELECT
  dt,
  avg(score) AS mean_score,
  avg(IF(liked = 1, 1.0, 0.0)) AS like_share
FROM predictions
GROUP BY dt
ORDER BY dt
