-- wrk: every request reports a page a visitor saw, so every answer stands for one durable record of its own.
local thread_count = 0

function setup(thread)
  thread:set("number", thread_count)
  thread_count = thread_count + 1
end

local counter = 0

function request()
  counter = counter + 1
  local body = string.format('{"token":"bench-%d-%d","pageInfo":{"title":"Cart","change":"url",' ..
    '"location":{"href":"https://shop.example/cart"}}}', number, counter)
  return wrk.format("POST", "/api/v1/livechat/page.visited", { ["Content-Type"] = "application/json" }, body)
end

function done(summary)
  local errors = summary.errors
  io.write(string.format("records_per_second %.1f refused %d socket_errors %d\n",
    summary.requests / (summary.duration / 1e6), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
