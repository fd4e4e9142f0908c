import AsyncHTTPClient
import Governance
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Pages
import Testing

@Suite struct DeadlineMiddlewareTests {
  private struct SayDeadline: RouterMiddleware {
    func handle(
      _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
    ) async throws -> Response {
      do { return try await next(request, context) } catch is DeadlineExceeded {
        return Response(status: .serviceUnavailable)
      }
    }
  }

  @Test func `a page that hangs is ended, what is exempt and what is quick isn't`() async throws {
    let router = Router(context: ShopRequestContext.self)
    router.add(middleware: SayDeadline())
    router.add(middleware: DeadlineMiddleware(limit: .seconds(1), exempt: "/api"))
    router.get("/hangs") { _, _ -> String in
      try await Task.sleep(for: .seconds(3600))
      return "never"
    }
    router.get("/quick") { _, _ in "quick" }
    router.get("/api/slow") { _, _ in
      try await Task.sleep(for: .milliseconds(1500))
      return "slow"
    }
    let port = try freePort()
    let ready = AsyncStream<Void>.makeStream()
    let application = Application(
      router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
      onServerRunning: { _ in ready.continuation.finish() },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let serving = Task { try await application.run() }
    for await _ in ready.stream {}
    func get(_ path: String) async throws -> (UInt, String) {
      let response = try await HTTPClient.shared.execute(
        HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)"), timeout: .seconds(30))
      return (response.status.code, String(buffer: try await response.body.collect(upTo: 1000)))
    }
    #expect(try await get("/hangs").0 == 503)
    #expect(try await get("/quick") == (200, "quick"))
    #expect(try await get("/api/slow") == (200, "slow"))
    serving.cancel()
    _ = try? await serving.value
  }
}
