import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/admin/views`: the views of lists that staff keep for themselves. They are forms on the lists; no page stands here.
struct ListViewsRoutes: Desk {
  private let maker: PageMaker
  /// The names of all lists there are.
  private let lists: Set<String>

  init(_ maker: PageMaker, lists: Set<String>) {
    self.maker = maker
    self.lists = lists
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.post("/admin/views") { request, context in
      let staff = try context.visit.requireStaff()
      let form = try await Form(body: request, context: context)
      guard let list = form["list"], lists.contains(list) else { throw HTTPError(.notFound) }
      do {
        _ = try await maker.contexts.deskViews.keep(
          form["viewQuery"] ?? "", as: form["viewName"] ?? "", list: list, of: staff.id)
      } catch is FieldFaults {
        return maker.go(Self.back(form), saying: Flash(.bad, "viewUnnamed"))
      } catch let refusal as DeskViewRefusal {
        return maker.go(Self.back(form), saying: Flash(.bad, refusal.code, refusal.details))
      }
      return maker.go(Self.back(form), saying: Flash(.good, "viewKept"))
    }
    router.post("/admin/views/:id/remove") { request, context in
      let staff = try context.visit.requireStaff()
      let form = try await Form(body: request, context: context)
      if let id = context.parameters.get("id").flatMap({ DeskViewID($0) }) {
        try await maker.contexts.deskViews.forget(id, of: staff.id)
      }
      return maker.go(Self.back(form), saying: Flash(.good, "viewForgotten"))
    }
  }

  /// Only within the back office.
  static func back(_ form: Form) -> String {
    localAddress(form["back"], longest: 4000).flatMap { $0.hasPrefix("/admin/") ? $0 : nil } ?? Addresses.adminHome
  }
}
