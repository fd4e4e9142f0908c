-- Every request is the notice of another payment, until there are none left. wrk copies globals between its threads and the end
-- of the run, so what is counted is global.
local notices, next_notice, threads, is_tried = {}, 1, {}, false
taken, refused, started, ended = 0, 0, 0, 0

local function now()
  local file = io.open("/proc/uptime")
  local seconds = file:read("*n")
  file:close()
  return seconds
end

function setup(thread) threads[#threads + 1] = thread end

function init(args)
  for line in io.lines(args[1]) do notices[#notices + 1] = line end
end

function request()
  -- wrk makes one request for trial and never sends it.
  if not is_tried then
    is_tried = true
    return wrk.format("GET", "/")
  end
  local notice = notices[next_notice]
  if not notice then return wrk.format("GET", "/") end
  if started == 0 then started = now() end
  next_notice = next_notice + 1
  return wrk.format("POST", wrk.path, { ["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8" }, notice)
end

function response(status, headers, body)
  if body == "success" then
    taken, ended = taken + 1, now()
  elseif status ~= 404 then
    refused = refused + 1
  end
  if taken + refused >= #notices then wrk.thread:stop() end
end

function done()
  for _, thread in ipairs(threads) do
    local took = math.max(thread:get("ended") - thread:get("started"), 0.01)
    print(string.format("taken %d in %.2f s, refused %d", thread:get("taken"), took, thread:get("refused")))
  end
end
