import Foundation
import Hummingbird
import NIOCore

/// The yardstick: a bare Hummingbird route that answers a constant body of as many bytes as the address names.
@main
struct BareServer {
  static func main() async throws {
    let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8070
    let router = Router()
    let bodies = (0...64).map { ByteBuffer(repeating: UInt8(ascii: "x"), count: $0 * 1024) }
    router.get("/bare/:kib") { _, context in
      let kib = context.parameters.get("kib", as: Int.self) ?? 0
      guard bodies.indices.contains(kib) else { throw HTTPError(.notFound) }
      return Response(
        status: .ok, headers: [.contentType: "text/html; charset=utf-8"], body: ResponseBody(byteBuffer: bodies[kib]))
    }
    let application = Application(
      router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)))
    try await application.runService()
  }
}
