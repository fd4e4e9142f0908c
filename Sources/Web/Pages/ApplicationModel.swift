import Merchants
import Values

/// An application of a merchant, as whoever applied and staff read it.
public enum ApplicationModel {
  public static func state(_ state: MerchantApplication.State, _ words: Words) -> Model {
    let (kind, icon) =
      switch state {
      case .unconfirmed: ("grey", "clock")
      case .waiting: ("amber", "clock")
      case .asked: ("sky", "talk")
      case .approved: ("green", "check")
      case .rejected, .withdrawn: ("grey", "cross")
      }
    return ["kind": kind, "icon": icon, "text": words["applicationState.\(state.rawValue)"] ?? state.rawValue]
  }

  /// What was typed, under its labels; what wasn't is left out.
  public static func facts(_ application: MerchantApplication, _ words: Words) -> [Model] {
    let facts = [
      ("nameEn", application.name.en), ("nameZh", application.name.zhHans), ("slug", application.slug.rawValue),
      ("contact", application.contact), ("phone", application.phone), ("email", application.email),
      ("goods", application.goods), ("licence", application.licence),
    ]
    return facts.filter { !$0.1.isEmpty }.map { ["label": words["merchantField.\($0.0)"] ?? "", "text": $0.1] }
  }

  /// What stands in the form before anything is typed.
  public static func initial(_ application: MerchantApplication) -> [String: String] {
    [
      "nameEn": application.name.en, "nameZh": application.name.zhHans, "slug": application.slug.rawValue,
      "contact": application.contact, "phone": application.phone, "email": application.email,
      "goods": application.goods, "licence": application.licence,
    ]
  }
}

extension StateModel {
  public static func of(_ state: MerchantState, _ words: Words) -> Model {
    let (kind, icon) =
      switch state {
      case .open: ("green", "check")
      case .suspended: ("red", "alert")
      case .closed: ("grey", "cross")
      }
    return ["kind": kind, "icon": icon, "text": words["merchantState.\(state.rawValue)"] ?? state.rawValue]
  }
}
