-- wrk: every request reports a page a visitor saw, and every answer stands for one durable record with an id of its own.
-- The body is always the same: one script that made a new text for each request cost a third of the machine that is to be
-- measured.
wrk.method = "POST"
wrk.path = "/api/v1/livechat/page.visited"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"token":"bench-1","pageInfo":{"title":"Cart","change":"url","location":{"href":"https://shop.example/cart"}}}'

function done(summary)
  local errors = summary.errors
  io.write(string.format("records_per_second %.1f refused %d socket_errors %d\n",
    summary.requests / (summary.duration / 1e6), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
