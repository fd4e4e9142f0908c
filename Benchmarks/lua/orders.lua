-- Every request places the order of another buyer, until there are none left.
local buyers, next_buyer, placed, failed, started = {}, 1, 0, 0, nil

function init(args)
  for line in io.lines(args[1]) do
    local token, body = line:match("^([^\t]+)\t(.*)$")
    buyers[#buyers + 1] = { token = token, body = body }
  end
end

function request()
  local buyer = buyers[next_buyer]
  if not buyer then return wrk.format("GET", "/robots.txt") end
  next_buyer = next_buyer + 1
  return wrk.format("POST", "/api/v1/orders",
    { ["Authorization"] = "Bearer " .. buyer.token, ["Content-Type"] = "application/json" }, buyer.body)
end

local now = function() local t = io.open("/proc/uptime"):read("*n"); return t end

function response(status)
  if not started then started = now() end
  -- The rest of the answers are those of the page that is asked for once all orders are under way.
  if status == 200 or placed + failed == #buyers then return end
  if status == 201 then placed = placed + 1 else failed = failed + 1 end
  if placed + failed == #buyers then
    print(string.format("placed %d in %.2f s", placed, math.max(now() - started, 0.01)))
    wrk.thread:stop()
  end
end
