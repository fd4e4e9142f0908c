import HTTPTypes
import Hummingbird
import NIOCore
import Values

/// The control page: the same deeds as the control API, by forms.
struct ControlPages: Sendable {
  let control: TradeControl

  func add(to router: Router<BasicRequestContext>) {
    router.get("static/control.css") { _, _ in
      Response(
        status: .ok, headers: [.contentType: "text/css; charset=utf-8", .cacheControl: "public, max-age=3600"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: ControlStyle.css)))
    }
    router.get("control") { request, _ in
      guard !control.controlKey.isEmpty else { return Response(status: .notFound) }
      let language = request.uri.queryParameters.get("lang").flatMap { Language(rawValue: $0) } ?? .en
      return Self.page(
        .ok, ControlPage(language: language, key: "", isKeyWrong: false, said: nil, room: nil))
    }
    router.post("control") { request, _ in
      guard !control.controlKey.isEmpty else { return Response(status: .notFound) }
      let body = (try? await request.body.collect(upTo: 16 * 1024)).map { Array(buffer: $0) } ?? []
      return await answer(ParcelForm.fields(body))
    }
  }

  private func answer(_ fields: [String: String]) async -> Response {
    let language = fields["lang"].flatMap { Language(rawValue: $0) } ?? .en
    let key = fields["key"] ?? ""
    guard control.isAllowed(key) else {
      // Nothing was tried by who only changes the language.
      return Self.page(
        key.isEmpty ? .ok : .forbidden,
        ControlPage(language: language, key: "", isKeyWrong: !key.isEmpty, said: nil, room: nil))
    }
    let brands = Brand.allCases.filter { control.core.book.voices[$0] != nil }
    guard
      let brand = fields["brand"].flatMap({ Brand(rawValue: $0) }).flatMap({ brands.contains($0) ? $0 : nil })
        ?? brands.first
    else { return Response(status: .notFound) }
    let said = await said(fields, brand)
    let room = ControlPage.Room(
      brand: brand, brands: brands, entries: await control.entries(brand),
      faults: control.core.faults.orders(at: brand), time: control.time)
    return Self.page(
      .ok, ControlPage(language: language, key: key, isKeyWrong: false, said: said, room: room))
  }

  private func said(_ fields: [String: String], _ brand: Brand) async -> ControlPage.Said? {
    guard let verb = fields["verb"] else { return nil }
    do {
      try await act(verb, fields, brand)
      return .done
    } catch let refusal as TradeRefusal {
      return refusal == .unknownTrade || refusal == .unknownRefund ? .unknown : .refused
    } catch {
      return .refused
    }
  }

  private func act(_ verb: String, _ fields: [String: String], _ brand: Brand) async throws {
    let number = fields["number"] ?? ""
    switch verb {
    case "payLate": _ = try await control.play("pay", brand, number, Array(#"{"evenIfClosed":true}"#.utf8))
    case "see", "pay", "refuse", "close", "notify": _ = try await control.play(verb, brand, number, [])
    case "refund":
      guard let amount = fields["amount"].flatMap({ Int64($0) }) else { throw SandboxRefusal.invalidRequest }
      _ = try await control.play(verb, brand, number, Array(#"{"amount":\#(amount)}"#.utf8))
    case "settle":
      guard let state = fields["state"].flatMap({ TradeRefund.State(rawValue: $0) }) else {
        throw SandboxRefusal.invalidRequest
      }
      _ = try await control.settle(brand, number, as: state)
    case "fault":
      guard let kind = fields["kind"].flatMap({ FaultKind(rawValue: $0) }), let times = Int(fields["times"] ?? ""),
        let seconds = Double(fields["seconds"] ?? ""), seconds.isFinite
      else { throw SandboxRefusal.invalidRequest }
      control.core.faults.add(
        FaultOrder(
          kind: kind, times: min(max(0, times), 100_000), call: fields["call"] ?? "", seconds: min(max(0, seconds), 600)
        ),
        at: brand)
    case "clear": control.core.faults.clear(brand)
    case "clock":
      try await control.move(
        TradeControl.Moved(
          speed: fields["speed"].flatMap { Int($0) }, advanceSeconds: fields["advance"].flatMap { Int64($0) },
          skewSeconds: fields["skew"].flatMap { Int64($0) }, isReset: nil))
    case "resetClock":
      try await control.move(TradeControl.Moved(speed: nil, advanceSeconds: nil, skewSeconds: nil, isReset: true))
    default: throw SandboxRefusal.invalidRequest
    }
  }

  private static func page(_ status: HTTPResponse.Status, _ page: ControlPage) -> Response {
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
