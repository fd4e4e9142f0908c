import Accounts
import Content
import Files
import Flows
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Values

/// `/admin/content/pictures`: the pictures that content may use. The editor sends some here as well, and is answered in JSON.
struct ContentPicturesDesk: Sendable {
  private static let perPage = 48

  private struct Kept: Encodable {
    let address: String
    let alternative: String
  }

  private let frame: ContentFrame
  private var maker: PageMaker { frame.maker }

  init(_ frame: ContentFrame) { self.frame = frame }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/content/pictures") { request, context in
      let staff = try context.visit.requireStaff()
      return try await show(staff, Form(), nil, request, context)
    }
    router.post("/admin/content/pictures") { try await add($0, $1) }
  }

  private func add(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let staff = try context.visit.requireStaff()
    try frame.edit.expect(staff)
    let isEditor = request.headers[.accept]?.contains("application/json") == true
    let sent: MultipartForm
    do {
      sent = try await MultipartForm(body: request)
    } catch BodyRefusal.tooLarge where !isEditor {
      return try await show(staff, Form(), BodyRefusal.tooLarge, request, context)
    }
    do {
      let picture = try await keep(sent, by: staff)
      guard isEditor else { return maker.go(Addresses.contentPictures, saying: Flash(.good, "pictureAdded")) }
      return try Self.json(
        Kept(
          address: "/media/\(picture.file)", alternative: picture.alternative[context.visit.language]), .created)
    } catch let refusal as any Refusal {
      guard isEditor else { return try await show(staff, sent.form, refusal, request, context) }
      let words = frame.words(context)
      let fault = (refusal as? FieldFaults)?.faults.first.map(words.fault)
      return try Self.json(["refusal": fault ?? words.refusal(refusal)], refusal.status)
    }
  }

  private func keep(_ sent: MultipartForm, by staff: Staff) async throws -> ContentPicture {
    if !sent.faults.isEmpty { throw sent.faults }
    guard let file = sent.files.first(where: { $0.field == "picture" }) else {
      throw FieldFaults(field: "picture", code: "missing")
    }
    let alternative = LocalizedText(en: sent.form["alternativeEn"] ?? "", zhHans: sent.form["alternativeZh"] ?? "")
    do {
      return try await frame.edit.add(file.bytes, alternative: alternative, by: staff)
    } catch let refusal as PictureRefusal {
      throw refusal.beside("picture")
    }
  }

  private static func json(_ value: some Encodable, _ status: HTTPResponse.Status) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var headers = HTTPFields()
    headers[.contentType] = "application/json"
    headers[.cacheControl] = "no-store"
    let bytes = ByteBuffer(bytes: try encoder.encode(value))
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: bytes))
  }

  private func show(
    _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let after = Form(query: request)["after"].flatMap { Cursor($0) }
    let page = try await frame.edit.pictures(PageRequest(limit: Self.perPage, after: after), for: staff)
    let refused = RefusedForm(form, refusal, words)
    let format = Format(words.language)
    var model: Model = [
      "form": refused.model(["picture", "alternativeEn", "alternativeZh"]), "action": Addresses.contentPictures,
      "hasPictures": !page.items.isEmpty,
      "pictures": page.items.map { picture -> Model in
        [
          "address": "/media/\(picture.file)", "name": picture.alternative[words.language],
          "addedAt": format.date(picture.addedAt),
        ]
      },
    ]
    if let next = page.next {
      model["nextURL"] = Addresses.with([("after", next.description)], Addresses.contentPictures)
    }
    return try await frame.page(
      "content-pictures", title: words["content.pictures"] ?? "", .pictures, model, request, context,
      refused: refused, status: refusal?.status ?? .ok)
  }
}
