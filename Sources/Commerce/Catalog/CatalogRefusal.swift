import Values

/// Every way in which Catalog says no, beside `FieldFaults`.
public enum CatalogRefusal: Refusal, Hashable {
  case unknownProduct
  case unknownCategory
  case skuTaken(String)
  /// Somebody saved it meanwhile.
  case productChanged
  /// What was asked can't be done from the state that it is in.
  case wrongPublication
  case unknownBrand
  /// Somebody else changed it since it was read.
  case shelfChanged
  /// What has goods, or categories below it, isn't removed.
  case shelfInUse

  public var code: String {
    switch self {
    case .unknownProduct: "unknownProduct"
    case .unknownCategory: "unknownCategory"
    case .skuTaken: "skuTaken"
    case .productChanged: "productChanged"
    case .wrongPublication: "wrongPublication"
    case .unknownBrand: "unknownBrand"
    case .shelfChanged: "shelfChanged"
    case .shelfInUse: "shelfInUse"
    }
  }

  public var details: [String: String] {
    if case .skuTaken(let sku) = self { ["sku": sku] } else { [:] }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownProduct, .unknownCategory, .unknownBrand: .notFound
    case .skuTaken, .productChanged, .wrongPublication, .shelfChanged, .shelfInUse: .conflict
    }
  }
}

/// Why one draft among many was refused.
public enum CatalogFault: Error, Sendable {
  case fields(FieldFaults)
  case refusal(CatalogRefusal)
}
