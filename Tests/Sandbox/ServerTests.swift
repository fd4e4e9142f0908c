import Foundation
import Logging
import Payments
import ServiceLifecycle
import TestKit
import Testing
import Values

@testable import Sandbox

@Suite struct ServerTests {
  private static let quiet = Logger(label: "sandbox") { _ in SwiftLogNoOpLogHandler() }

  @Test func `a graceful shutdown ends the platform`() async throws {
    struct Running: Service {
      let server: SandboxServer
      let ready: AsyncStream<Int>.Continuation
      func run() async throws { try await server.run { ready.yield($0) } }
    }
    let server = try SandboxServer(
      SandboxSettings(merchant: "M", merchantName: "M", secret: "s"), clock: TestClock().clock, logger: Self.quiet)
    let (ports, ready) = AsyncStream<Int>.makeStream()
    let group = ServiceGroup(
      configuration: .init(
        services: [
          .init(service: Running(server: server, ready: ready), successTerminationBehavior: .gracefullyShutdownGroup)
        ], logger: Self.quiet))
    async let ended: Void = group.run()
    #expect(await ports.first { _ in true } ?? 0 > 0)
    await group.triggerGracefulShutdown()
    try await ended
  }

  @Test func `what it prints has all that a shop's desk asks for`() throws {
    let text = try SandboxServer.adapterSettings(
      SandboxSettings(merchant: "M", merchantName: "M", secret: "s"), at: "http://127.0.0.1:8090")
    let printed = try JSONDecoder().decode([String: [String: String]].self, from: Data(text.utf8))
    for method in PaymentMethod.setUp {
      let given = try #require(printed[method.rawValue])
      // How Alipay's answers are verified is for the shop to choose.
      for field in method.accountFields ?? [] where field.isRequired && field.name != "trust" {
        #expect(given[field.name]?.isEmpty == false, "\(method) \(field.name)")
      }
    }
  }

  @Test func `settings without merchant or secret are refused`() {
    for (merchant, secret) in [("", "s"), ("M", "")] {
      #expect(throws: SandboxFault.incompleteSettings) {
        try SandboxServer(
          SandboxSettings(merchant: merchant, merchantName: "M", secret: secret), clock: TestClock().clock,
          logger: Self.quiet)
      }
    }
  }

  @Test func `the address of the cashier is one that a browser can reach`() {
    func address(_ host: String, publicURL: String? = nil) -> String {
      SandboxSettings(host: host, publicURL: publicURL, merchant: "M", merchantName: "M", secret: "s")
        .address(boundPort: 8090)
    }
    #expect(address("127.0.0.1") == "http://127.0.0.1:8090")
    #expect(address("0.0.0.0") == "http://127.0.0.1:8090")
    #expect(address("::1") == "http://[::1]:8090")
    #expect(address("0.0.0.0", publicURL: "https://pay.example/sandbox/") == "https://pay.example/sandbox")
  }
}
