// The kinds of things that carry identifiers across contexts. Contexts never import one another, so the names they
// share live here.

public enum AccountTag: Identified { public static let prefix = "acc" }
public enum AddressTag: Identified { public static let prefix = "adr" }
public enum BrandTag: Identified { public static let prefix = "brd" }
public enum CartTag: Identified { public static let prefix = "crt" }
public enum CartLineTag: Identified { public static let prefix = "cln" }
public enum CategoryTag: Identified { public static let prefix = "cat" }
public enum EventTag: Identified { public static let prefix = "evt" }
public enum HoldTag: Identified { public static let prefix = "hld" }
public enum LocationTag: Identified { public static let prefix = "loc" }
public enum MerchantTag: Identified { public static let prefix = "mer" }
public enum OrderTag: Identified { public static let prefix = "ord" }
public enum OrderLineTag: Identified { public static let prefix = "oln" }
public enum PaymentTag: Identified { public static let prefix = "pay" }
public enum PictureTag: Identified { public static let prefix = "pic" }
public enum ProductTag: Identified { public static let prefix = "prd" }
public enum RefundTag: Identified { public static let prefix = "rfd" }
public enum ReviewTag: Identified { public static let prefix = "rev" }
public enum SessionTag: Identified { public static let prefix = "ses" }
public enum StaffTag: Identified { public static let prefix = "stf" }
public enum FreightTemplateTag: Identified { public static let prefix = "frt" }
public enum VariantTag: Identified { public static let prefix = "var" }

public typealias AccountID = ID<AccountTag>
public typealias AddressID = ID<AddressTag>
public typealias BrandID = ID<BrandTag>
public typealias CartID = ID<CartTag>
public typealias CartLineID = ID<CartLineTag>
public typealias CategoryID = ID<CategoryTag>
public typealias EventID = ID<EventTag>
public typealias FreightTemplateID = ID<FreightTemplateTag>
public typealias HoldID = ID<HoldTag>
public typealias LocationID = ID<LocationTag>
public typealias MerchantID = ID<MerchantTag>
public typealias OrderID = ID<OrderTag>
public typealias OrderLineID = ID<OrderLineTag>
public typealias PaymentID = ID<PaymentTag>
public typealias PictureID = ID<PictureTag>
public typealias ProductID = ID<ProductTag>
public typealias RefundID = ID<RefundTag>
public typealias ReviewID = ID<ReviewTag>
public typealias SessionID = ID<SessionTag>
public typealias StaffID = ID<StaffTag>
public typealias VariantID = ID<VariantTag>
