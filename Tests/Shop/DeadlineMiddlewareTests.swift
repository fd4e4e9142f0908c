import AsyncHTTPClient
import Governance
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Pages
import TestKit
import Testing
import Values

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

  @Test func `what is waited for on behalf of a request ends with its deadline, be it the client or somebody else`()
    async throws
  {
    let router = Router(context: ShopRequestContext.self)
    router.add(middleware: SayDeadline())
    router.add(middleware: DeadlineMiddleware(limit: .seconds(1)))
    router.get("/provider") { _, _ in
      try await Deadline.run(within: .hours(1)) {
        try await Task.sleep(for: .seconds(3600))
        return "never"
      }
    }
    router.post("/form") { request, _ in String(buffer: try await request.collected(upTo: 100)) }
    router.get("/quick") { _, _ in "quick" }
    let port = try freePort()
    let ready = AsyncStream<Void>.makeStream()
    let application = Application(
      router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
      onServerRunning: { _ in ready.continuation.finish() },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let serving = Task { try await application.run() }
    for await _ in ready.stream {}
    func answer(_ path: String, _ body: HTTPClientRequest.Body? = nil) async throws -> (UInt, String) {
      var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
      request.method = body == nil ? .GET : .POST
      request.body = body
      let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
      return (response.status.code, String(buffer: try await response.body.collect(upTo: 1000)))
    }
    #expect(try await answer("/provider").0 == 503)
    #expect(try await answer("/quick") == (200, "quick"))
    #expect(try await answer("/form", .bytes(ByteBuffer(string: "a=1"))) == (200, "a=1"))
    let (stalled, client) = AsyncStream.makeStream(of: ByteBuffer.self)
    client.yield(ByteBuffer(string: "a="))
    #expect(try await answer("/form", .stream(stalled, length: .known(Int64(3)))).0 == 503)
    client.finish()
    serving.cancel()
    _ = try? await serving.value
  }
}
