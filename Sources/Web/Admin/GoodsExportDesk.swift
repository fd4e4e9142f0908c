import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import NIOCore
import Pages
import Values

/// `/admin/goods/export`: goods as a file in the columns that an import reads. What is read is written at once, so that the
/// number of goods costs no memory. A fault in the midst ends the connection, so that half a file isn't taken for the whole.
struct GoodsExportDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/goods/export") { request, context in
      try await show(try exporter(context), Form(query: request), nil, request, context)
    }
    router.get("/admin/goods/export/file") { request, context in
      let staff = try exporter(context)
      let form = Form(query: request)
      do {
        return Self.file(try await options(form, for: staff), flow: maker.flows.exportCatalog)
      } catch let faults as FieldFaults {
        return try await show(staff, form, faults, request, context)
      }
    }
  }

  private func exporter(_ context: ShopRequestContext) throws -> Staff {
    let staff = try context.visit.requireStaff()
    try maker.flows.workImports.expect(staff)
    return staff
  }

  private func options(_ form: Form, for staff: Staff) async throws -> ExportOptions {
    try await maker.flows.workImports.exportOptions(
      merchant: form["merchant"] ?? "", category: form["category"] ?? "", for: staff)
  }

  private static func file(_ options: ExportOptions, flow: ExportCatalog) -> Response {
    var headers = HTTPFields()
    headers[.contentType] = "text/csv; charset=utf-8"
    headers[.contentDisposition] = "attachment; filename=\"\(options.merchant == nil ? "goods" : "own-goods").csv\""
    headers[.cacheControl] = "private, no-store"
    let body = ResponseBody { writer in
      _ = try await flow.run(options: options, to: { try await writer.write(ByteBuffer(bytes: $0)) })
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: headers, body: body)
  }

  private func show(
    _ staff: Staff, _ form: Form, _ refusal: FieldFaults?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let tree = try await maker.contexts.catalog.categories()
    let merchants = try await maker.contexts.merchants.merchants()
    let refused = RefusedForm(form, refusal, words)
    let model: Model = [
      "form": refused.model(["merchant", "category"]), "action": "\(Addresses.goodsExport)/file",
      "importURL": Addresses.goodsImport, "exportURL": Addresses.goodsExport, "isPlatform": staff.merchant == nil,
      "merchants": merchants.map { merchant -> Model in
        let id = merchant.id.description
        return ["value": id, "name": merchant.name[words.language], "isChosen": id == form["merchant"]]
      },
      "categories": CategoryChoices.all(tree, chosen: form["category"] ?? "", words.language),
    ]
    return try await frame.page(
      "goods-export", title: words["imports.exportHeading"] ?? "", desk: Addresses.goodsImport, model, request, context,
      status: refusal?.status ?? .ok)
  }
}
