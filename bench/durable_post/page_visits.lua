-- wrk: every request reports a page a visitor saw, and every answer stands for a durable record of it. Visitors take turns;
-- how many there are is the script's argument.
-- The requests are made before the first is sent: a script that made a new text for each cost a third of the machine
-- that is to be measured.
local requests, turn = {}, 0

wrk.method = "POST"
wrk.path = "/api/v1/livechat/page.visited"
wrk.headers["Content-Type"] = "application/json"

function init(args)
  for i = 1, tonumber(args[1]) do
    local body = '{"token":"bench-' .. i ..
      '","pageInfo":{"title":"Cart","change":"url","location":{"href":"https://shop.example/cart"}}}'
    requests[i] = wrk.format(nil, nil, nil, body)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary)
  local errors = summary.errors
  io.write(string.format("records_per_second %.1f refused %d socket_errors %d\n",
    summary.requests / (summary.duration / 1e6), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
