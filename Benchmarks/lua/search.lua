-- Another query every time, so that nothing finished can be kept.
local words = { "lamp", "cup", "chair", "steel", "cotton", "blue", "bag", "kettle", "杯", "台灯", "书包", "不锈钢" }
local count = 0

local function escape(text)
  return (text:gsub("[^%w]", function(c) return string.format("%%%02X", string.byte(c)) end))
end

function request()
  count = count + 1
  local word = words[count % #words + 1]
  return wrk.format("GET", "/search?q=" .. escape(word) .. "&priceTo=" .. (1000 + count % 5000) .. "." .. (10 + count % 90))
end
