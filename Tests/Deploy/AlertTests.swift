import Foundation
import TestKit
import Testing

@testable import App

/// `deploy/prometheus`.
@Suite struct AlertTests {
  /// What the program tells of itself.
  private static let metrics = [
    "martlet_requests_total", "martlet_request_seconds", "martlet_breaker_state", "martlet_outbox_waiting",
    "martlet_outbox_age_seconds", "martlet_dead_letters", "martlet_pool_in_use", "martlet_pool_size",
    "martlet_pool_waiting", "martlet_orders_placed_total", "martlet_payments_captured_total",
    "martlet_shed_requests_total", "martlet_rate_limited_total", "martlet_jobs_last_success_timestamp_seconds",
    "martlet_instance_info", "martlet_check_up", "martlet_events_missed", "martlet_call_seconds",
    "martlet_dependency_calls_total", "martlet_queue_waiting", "martlet_bills_failed",
    "martlet_search_lag_seconds",
  ]

  private static let trials = ["alerts_test.yaml", "alerts_orders_test.yaml"]

  private func rules() throws -> [Place] {
    try Place.documents("prometheus/alerts.yaml")[0]["groups"].items.flatMap { $0["rules"].items }
  }

  // req: 3.3.6-1
  @Test func `every alert goes by what the program tells, and says what it means and what to do`() throws {
    let rules = try rules()
    var watched = Set<String>()
    for rule in rules {
      let name = rule["alert"].text ?? ""
      #expect(["page", "ticket"].contains(rule["labels", "severity"].text), "\(name)")
      for words in ["summary", "runbook"] {
        #expect(try #require(rule["annotations", words].text, "\(name)").hasSuffix("."), "\(name)")
      }
      let expression = try #require(rule["expr"].text)
      for match in expression.matches(of: /martlet_[a-z_]+/) {
        let metric = String(match.0.replacing(/_bucket$/, with: ""))
        #expect(Self.metrics.contains(metric), "\(name): \(metric)")
        watched.insert(metric)
      }
    }
    #expect(Set(Self.metrics).subtracting(watched).isEmpty)
  }

  // req: 3.3.6-1
  @Test func `every alert is tried`() throws {
    let tried = try Self.trials.map { try Place.text("prometheus/\($0)") }.joined()
    for rule in try rules() {
      let name = try #require(rule["alert"].text)
      #expect(tried.firstMatch(of: try Regex("alertname: \(name)\n +exp_alerts")) != nil, "\(name)")
    }
  }

  // req: 3.3.6-1
  @Test func `every part is expected, on as many machines as Prometheus asks for it`() throws {
    let expected = try Place.documents("prometheus/parts.yaml")[0]["groups"].items.flatMap { $0["rules"].items }
    let scraped = try Place.documents("prometheus/prometheus.yml")[0]
    let targets = scraped["scrape_configs"].items.flatMap { $0["static_configs"].items }.flatMap { $0["targets"].texts }
    #expect(Set(targets).count == targets.count)
    for part in Part.allCases {
      let rule = try #require(expected.first { $0["labels", "part"].text == part.rawValue }, "\(part)")
      let port = try #require(try Variables.inFile("systemd/\(part).env")["MARTLET_HTTP_PORT"])
      #expect(rule["expr"].text == "vector(\(targets.count { $0.hasSuffix(":\(port)") }))", "\(part)")
    }
    #expect(expected.count == Part.allCases.count)
    #expect(scraped["rule_files"].texts.contains("parts.yaml"))
  }

  // req: 3.3.6-1
  @Test(.enabled(if: Process.isInstalled("promtool")))
  func `Prometheus takes the rules, and they alert when they should`()
    async throws
  {
    let folder = packageFolder.appending(path: "deploy/prometheus").path
    for arguments in [
      ["check", "rules", "\(folder)/alerts.yaml", "\(folder)/parts.yaml"],
      ["check", "config", "\(folder)/prometheus.yml"],
      ["test", "rules"] + Self.trials.map { "\(folder)/\($0)" },
    ] {
      let outcome = try await Process.named("promtool", arguments).outcome()
      #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
    }
  }
}
