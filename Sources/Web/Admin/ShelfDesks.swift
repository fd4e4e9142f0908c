import Accounts
import Catalog
import Files
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// The desks of the shelves that goods stand on: categories and brands. For staff of the platform.
struct ShelfDesks: Desk {
  private let categories: CategoriesDesk
  private let category: CategoryDesk
  private let brands: BrandsDesk
  private let brand: BrandDesk

  init(_ maker: PageMaker) {
    let frame = DeskFrame(maker)
    categories = CategoriesDesk(frame)
    category = CategoryDesk(frame)
    brands = BrandsDesk(frame)
    brand = BrandDesk(frame)
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    categories.addRoutes(to: router)
    category.addRoutes(to: router)
    brands.addRoutes(to: router)
    brand.addRoutes(to: router)
  }
}

extension DeskFrame {
  var shelves: WorkShelves { maker.flows.workShelves }

  /// Whoever asks, if shelves are theirs to arrange.
  func shelver(_ context: ShopRequestContext) throws -> Staff {
    let staff = try context.visit.requireStaff()
    try shelves.expect(staff)
    return staff
  }

  /// The picture that a form brought, or the one that stands; nil when it is to be taken off. A fault stands beside `field`.
  func picture(
    _ sent: MultipartForm, _ field: String, standing: FileKey?, by staff: Staff
  ) async throws -> FileKey? {
    if !sent.faults.isEmpty { throw sent.faults }
    if let file = sent.files.first(where: { $0.field == field }) {
      do {
        return try await shelves.keep(file.bytes, by: staff)
      } catch let refusal as PictureRefusal {
        var details = refusal.details
        details["max"] = details["maxMegabytes"]
        throw FieldFaults(field: field, code: refusal.code, details: details)
      }
    }
    return sent.form["takeOff"] == nil ? standing : nil
  }
}

extension MultipartForm.Limits {
  /// One picture of 5 MB.
  static let picture = MultipartForm.Limits(files: 1, fileMegabytes: 5, totalBytes: 6 << 20)
}
