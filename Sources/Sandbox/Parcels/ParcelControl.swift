import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Values

/// Plays the carrier, for proofs and demonstrations: over HTTP, and on a page. There is nothing here without the key.
struct ParcelControl: Sendable {
  /// A parcel with everything that the service knows about it.
  private struct Entry: Encodable {
    let company: String
    let number: String
    let state: String
    let entries: Int
    let callback: String
    let salt: String
    let questions: Int
    let told: Int
    let untold: Int

    init(_ parcel: SandboxParcel) {
      company = parcel.company
      number = parcel.number
      state = parcel.state
      entries = parcel.entries.count
      callback = parcel.subscription?.callback ?? ""
      salt = parcel.subscription?.salt ?? ""
      questions = parcel.questions
      told = parcel.told
      untold = parcel.untold
    }
  }

  let book: ParcelBook
  let controlKey: String

  func add(to router: Router<BasicRequestContext>) {
    router.get("control/parcels") { request, _ in
      await answer(request) { _ in try Message.encode(await book.all.map(Entry.init)) }
    }
    router.post("control/parcels/:company/:number/move") { request, context in
      await answer(request) { body in
        let move = try Message.decode(ParcelMove.self, from: body)
        return try Message.encode(Entry(await book.move(Self.key(context), move)))
      }
    }
    router.post("control/parcels/:company/:number/push") { request, context in
      await answer(request) { _ in try Message.encode(Entry(await book.tellAgain(Self.key(context)))) }
    }
    router.get("parcels") { _, _ in
      guard !controlKey.isEmpty else { return Response(status: .notFound) }
      return Self.page(.ok, ParcelPage(parcels: [], key: "", said: nil))
    }
    router.post("parcels") { request, _ in
      guard !controlKey.isEmpty else { return Response(status: .notFound) }
      return await play(request)
    }
  }

  /// The form of the page: lists what there is, or moves a parcel first.
  private func play(_ request: Request) async -> Response {
    let body = (try? await request.body.collect(upTo: 16 * 1024)).map { Array(buffer: $0) } ?? []
    let fields = ParcelForm.fields(body)
    let key = fields["key"] ?? ""
    guard isAllowed(key) else { return Self.page(.forbidden, ParcelPage(parcels: [], key: "", said: .wrongKey)) }
    var said: ParcelPage.Said?
    if let number = fields["number"], !number.isEmpty {
      let move = ParcelMove(
        state: fields["state"] ?? "", text: fields["text"].flatMap { $0.isEmpty ? nil : $0 }, place: fields["place"])
      let parcel = ParcelBook.Key(company: fields["company"] ?? "", number: number)
      said = await Result { try await book.move(parcel, move) }.isDone ? .moved : .refused
    }
    return Self.page(.ok, ParcelPage(parcels: await book.all, key: key, said: said))
  }

  private static func key(_ context: BasicRequestContext) -> ParcelBook.Key {
    ParcelBook.Key(
      company: context.parameters.get("company") ?? "", number: context.parameters.get("number") ?? "")
  }

  private func answer(_ request: Request, _ work: ([UInt8]) async throws -> [UInt8]) async -> Response {
    do {
      guard let name = HTTPField.Name("sandbox-control"), isAllowed(request.headers[name] ?? "") else {
        throw SandboxRefusal.notFound
      }
      let body = try await request.body.collect(upTo: 16 * 1024)
      return Self.json(.ok, try await work(Array(buffer: body)))
    } catch {
      let refusal = error as? SandboxRefusal ?? .invalidRequest
      let body = try? Message.encode(Message.Problem(code: refusal.rawValue))
      return Self.json(HTTPResponse.Status(code: refusal.status), body ?? [])
    }
  }

  private func isAllowed(_ given: String) -> Bool {
    // Digests are compared in the same time whatever they are.
    !controlKey.isEmpty && SHA256.hash(data: Data(given.utf8)) == SHA256.hash(data: Data(controlKey.utf8))
  }

  private static func json(_ status: HTTPResponse.Status, _ body: [UInt8]) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }

  private static func page(_ status: HTTPResponse.Status, _ page: ParcelPage) -> Response {
    var headers: HTTPFields = [
      .contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
      .contentSecurityPolicy:
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ]
    if let robots = HTTPField.Name("x-robots-tag") { headers[robots] = "noindex" }
    return Response(
      status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: page.html)))
  }
}

extension Result where Failure == any Error {
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }

  fileprivate var isDone: Bool { if case .success = self { true } else { false } }
}
