-- Posts random bodies from the file BENCH_BODIES to BENCH_PATH.
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "report.lua")

local requests = {}

function init(args)
  math.randomseed(tonumber(required("BENCH_SEED")))
  for _, body in ipairs(lines_of(required("BENCH_BODIES"))) do
    requests[#requests + 1] = request_text("POST", required("BENCH_PATH"), required("BENCH_KEY"), body)
  end
end

function request()
  return requests[math.random(#requests)]
end
