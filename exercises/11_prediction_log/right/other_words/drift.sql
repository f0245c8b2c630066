WITH days AS (
  SELECT dt, avg(score) AS mean_score, count_if(liked = 1) AS likes, count(*) AS requests
  FROM predictions
  GROUP BY dt
)
SELECT dt, mean_score, round(likes * 1e0 / requests, 6) AS like_share
FROM days
ORDER BY 1 DESC
