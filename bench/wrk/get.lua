-- Reads random paths from the file BENCH_PATHS with the key BENCH_KEY. A line with a tab has its own key before the tab.
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "report.lua")

local requests = {}

function init(args)
  math.randomseed(tonumber(required("BENCH_SEED")))
  for _, line in ipairs(lines_of(required("BENCH_PATHS"))) do
    local key, path = line:match("^(.-)\t(.*)$")
    requests[#requests + 1] = request_text("GET", path or line, key or os.getenv("BENCH_KEY"))
  end
end

function request()
  return requests[math.random(#requests)]
end
