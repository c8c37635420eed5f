-- Keycloak: disables the users in the file BENCH_IDS one after the other, then enables them, and so on.
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "report.lua")

local requests = {}
local at = 0

function init(args)
  local key, path = required("BENCH_KEY"), required("BENCH_PATH")
  local ids = lines_of(required("BENCH_IDS"))
  for _, enabled in ipairs({ "false", "true" }) do
    for _, id in ipairs(ids) do
      requests[#requests + 1] = request_text("PUT", path .. "/" .. id, key, '{"enabled":' .. enabled .. "}")
    end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end
