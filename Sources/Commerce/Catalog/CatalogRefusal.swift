import Values

/// Every way in which Catalog says no, beside `FieldFaults`.
public enum CatalogRefusal: Refusal, Hashable {
  case unknownProduct
  case unknownCategory
  case skuTaken(String)

  public var code: String {
    switch self {
    case .unknownProduct: "unknownProduct"
    case .unknownCategory: "unknownCategory"
    case .skuTaken: "skuTaken"
    }
  }

  public var details: [String: String] {
    if case .skuTaken(let sku) = self { ["sku": sku] } else { [:] }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownProduct, .unknownCategory: .notFound
    case .skuTaken: .conflict
    }
  }
}

/// Why one draft among many was refused.
public enum CatalogFault: Error, Sendable {
  case fields(FieldFaults)
  case refusal(CatalogRefusal)
}
