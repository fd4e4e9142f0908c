import Foundation
import Governance
import HTTPTypes
import Hummingbird
import NIOCore

/// What machines ask of a process: `/healthz`, whether it lives; `/readyz`, whether requests should be sent here; `/metrics`,
/// for Prometheus. They must be added before any middleware: they are answered however much there is to do, and the first
/// whatever has become of the database.
public struct WatchRoutes: Sendable {
  private let health: Health
  private let metrics: Metrics

  public init(health: Health, metrics: Metrics) {
    self.health = health
    self.metrics = metrics
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/healthz") { _, _ in Self.answer("ok\n", type: "text/plain; charset=utf-8") }
    router.get("/readyz") { _, _ in
      let report = await health.report()
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      let json = String(decoding: try encoder.encode(Readiness(report)), as: UTF8.self)
      return Self.answer(json + "\n", type: "application/json", status: report.isReady ? .ok : .serviceUnavailable)
    }
    // What it says of the inside is for the inside: who comes by a proxy, or from a public address, finds nothing here.
    router.get("/metrics") { request, context in
      guard ClientAddress.isInside(request, context) else { return Response(status: .notFound) }
      return Self.answer(await metrics.text(), type: Metrics.contentType)
    }
  }

  private static func answer(_ text: String, type: String, status: HTTPResponse.Status = .ok) -> Response {
    var headers = HTTPFields()
    headers[.contentType] = type
    headers[.cacheControl] = "no-store"
    headers[.xContentTypeOptions] = "nosniff"
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

/// The answer of `/readyz`.
private struct Readiness: Encodable {
  struct Check: Encodable {
    let name: String
    /// `ok` or `failing`.
    let state: String
    let isNeeded: Bool
  }

  /// `ready`; `limited` while it serves what it can without something that it needs; or what keeps it from being ready:
  /// `starting`, `draining`, `failing`.
  let state: String
  let checks: [Check]

  init(_ report: Health.Report) {
    state =
      switch (report.stage, report.isReady, report.isWell) {
      case (.serving, true, true): "ready"
      case (.serving, true, false): "limited"
      case (.serving, false, _): "failing"
      default: report.stage.rawValue
      }
    checks = report.findings.map {
      Check(name: $0.name, state: $0.isWell ? "ok" : "failing", isNeeded: $0.isNeeded)
    }
  }
}
