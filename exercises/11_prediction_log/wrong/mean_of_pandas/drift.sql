-- Does the score drift? Per day: the mean score, and the share of predictions that said "likes it".
SELECT
  dt,
  avg(score) AS mean_score,
  mean(liked) AS like_share
FROM predictions
GROUP BY dt
ORDER BY dt
