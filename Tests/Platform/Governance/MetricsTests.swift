import Governance
import TestKit
import Testing

@Suite struct MetricsTests {
  @Test func `counters, gauges and histograms are told in Prometheus' format, with what every line carries`() async {
    let metrics = Metrics(labels: [("part", "shop")])
    let requests = metrics.counters("shop_requests_total", "Requests.", by: ["route", "status"])
    requests.with("/search", "2xx").add()
    requests.with("/search", "2xx").add(2)
    metrics.gauge("shop_age_seconds", "Age.").set(1.5)
    let times = metrics.histograms("shop_time_seconds", "Time.", by: [], bounds: [0.1, 1]).with()
    for seconds in [0.05, 0.1, 0.5, 7] { times.observe(seconds) }
    metrics.readings("shop_breaker_state", "Breakers.", by: ["dependency"]) { [Metrics.Sample("a\"\\\n", value: 2)] }
    metrics.readings("shop_nothing", "Nothing to tell.") { [] }
    #expect(
      await metrics.text() == #"""
        # HELP shop_age_seconds Age.
        # TYPE shop_age_seconds gauge
        shop_age_seconds{part="shop"} 1.5
        # HELP shop_breaker_state Breakers.
        # TYPE shop_breaker_state gauge
        shop_breaker_state{part="shop",dependency="a\"\\\n"} 2
        # HELP shop_requests_total Requests.
        # TYPE shop_requests_total counter
        shop_requests_total{part="shop",route="/search",status="2xx"} 3
        # HELP shop_time_seconds Time.
        # TYPE shop_time_seconds histogram
        shop_time_seconds_bucket{part="shop",le="0.1"} 2
        shop_time_seconds_bucket{part="shop",le="1"} 3
        shop_time_seconds_bucket{part="shop",le="+Inf"} 4
        shop_time_seconds_sum{part="shop"} 7.65
        shop_time_seconds_count{part="shop"} 4

        """#)
  }

  @Test func `label sets are bounded, and what comes beyond is counted together`() async {
    let metrics = Metrics()
    let visits = metrics.counters("visits_total", "Visits.", by: ["page"])
    for number in 1...5000 { visits.with("page \(number)").add() }
    let lines = await metrics.text().split(separator: "\n")
    #expect(lines.count == MetricFamily<Counter>.mostSets + 3)
    #expect(lines.contains("visits_total{page=\"other\"} \(5000 - MetricFamily<Counter>.mostSets)"))
  }

  @Test func `nothing that is counted by many at once is lost`() async {
    let metrics = Metrics()
    let (count, times) = (metrics.counter("a_total", "A."), metrics.histograms("b", "B.", by: ["c"]))
    await withTaskGroup(of: Void.self) { group in
      for _ in 1...8 {
        group.addTask {
          for _ in 1...1000 {
            count.add()
            times.with("d").observe(.milliseconds(1))
          }
        }
      }
    }
    let text = await metrics.text()
    #expect(count.value == 8000)
    #expect(text.contains("b_count{c=\"d\"} 8000\n"))
    #expect(text.contains("b_sum{c=\"d\"} 8\n") || text.contains("b_sum{c=\"d\"} 7.99") || text.contains("} 8.000"))
  }

  @Test func `a process tells of its memory, its time and its files`() async throws {
    let metrics = Metrics()
    ProcessReadings.add(to: metrics)
    let text = await metrics.text()
    for name in [
      "process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds", "process_max_fds",
      "process_start_time_seconds", "process_threads",
    ] {
      let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name + " ") }, "\(name)")
      #expect(Double(line.dropFirst(name.count + 1)).map { $0 > 0 } == true, "\(line)")
    }
  }
}
