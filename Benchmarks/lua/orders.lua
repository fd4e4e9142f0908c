-- Every request places the order of another buyer, until there are none left. wrk copies globals between its threads and
-- the end of the run, so what is counted is global.
local buyers, next_buyer, threads, is_tried = {}, 1, {}, false
placed, failed, started, ended = 0, 0, 0, 0
-- How many were refused, by status and code of the problem, and the same as text.
local refusals = {}
refused = ""

local function now()
  local file = io.open("/proc/uptime")
  local seconds = file:read("*n")
  file:close()
  return seconds
end

function setup(thread) threads[#threads + 1] = thread end

function init(args)
  for line in io.lines(args[1]) do
    local token, body = line:match("^([^\t]+)\t(.*)$")
    buyers[#buyers + 1] = { token = token, body = body }
  end
end

function request()
  -- wrk makes one request for trial and never sends it.
  if not is_tried then
    is_tried = true
    return wrk.format("GET", "/robots.txt")
  end
  local buyer = buyers[next_buyer]
  if not buyer then return wrk.format("GET", "/robots.txt") end
  if started == 0 then started = now() end
  next_buyer = next_buyer + 1
  return wrk.format("POST", "/api/v1/orders",
    { ["Authorization"] = "Bearer " .. buyer.token, ["Content-Type"] = "application/json" }, buyer.body)
end

local function note(status, body)
  local reason = status .. " " .. (body:match("#problem%-(%w+)") or "no problem of the API")
  refusals[reason] = (refusals[reason] or 0) + 1
  refused = ""
  for why, count in pairs(refusals) do refused = refused .. "refused " .. count .. ": " .. why .. "\n" end
end

function response(status, headers, body)
  if status == 201 then placed, ended = placed + 1, now() end
  if status >= 300 then
    failed = failed + 1
    note(status, body)
  end
  if placed + failed >= #buyers then wrk.thread:stop() end
end

function done()
  for _, thread in ipairs(threads) do
    local took = math.max(thread:get("ended") - thread:get("started"), 0.01)
    print(string.format("placed %d in %.2f s, refused %d", thread:get("placed"), took, thread:get("failed")))
    io.write(thread:get("refused"))
  end
end
