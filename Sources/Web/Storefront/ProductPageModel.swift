import Accounts
import Catalog
import Flows
import Markup
import Merchants
import Pages
import Pricing
import Reviews
import Values

/// The values of a product page, in the names of its template.
struct ProductPageModel {
  /// What the address asks for, drawn to what there can be, so that few pages are made of one product.
  struct Ask {
    let variant: VariantID?
    /// The province to which delivery is promised.
    let region: RegionCode
    /// Only reviews of so many stars.
    let stars: Int?
    /// Only reviews behind this place; the newest otherwise.
    let after: Cursor?

    /// Nil for pages further down the reviews, whose places have no end; they are made each time.
    var key: String? { after == nil ? "\(variant?.description ?? "")/\(region)/\(stars ?? 0)" : nil }
    var reviews: PageRequest { PageRequest(limit: after == nil ? 6 : 20, after: after) }

    init(_ query: Form, of product: Product, to region: RegionCode) {
      variant = query["variant"].flatMap { VariantID($0) }.flatMap { product.variant($0)?.id }
      stars = query["stars"].flatMap { Int($0) }.flatMap { (1...5).contains($0) ? $0 : nil }
      after = query["after"].flatMap { Cursor($0) }
      self.region = region
    }
  }

  let view: ProductView
  let ask: Ask
  let words: Words
  let publicURL: String
  private let plain: String
  private let format: Format

  /// - Parameter address: where the page stands; nil where shoppers find it.
  init(view: ProductView, ask: Ask, words: Words, publicURL: String, at address: String? = nil) {
    self.view = view
    self.ask = ask
    self.words = words
    self.publicURL = publicURL
    plain = address ?? Addresses.product(view.product.id, view.product.handle)
    format = Format(words.language)
  }

  private var language: Language { words.language }
  private var title: String { view.product.content.title[language] }

  /// The page's address with what is asked for, changed where stated.
  func address(variant: VariantID? = nil, stars: Int?? = .none, after: Cursor? = nil) -> String {
    var query: [(String, String)] = []
    if let chosen = variant ?? ask.variant { query.append(("variant", chosen.description)) }
    if ask.region != DeliveryPlace.usual { query.append(("to", ask.region.rawValue)) }
    if let stars = stars ?? ask.stars { query.append(("stars", String(stars))) }
    if let after { query.append(("after", after.description)) }
    return Addresses.with(query, plain)
  }

  func head() -> PageFrame.Head {
    let content = view.product.content
    let text =
      content.subtitle[language].isEmpty
      ? HTMLText.plain(content.introduction[language], limit: 160) : content.subtitle[language]
    let picture = Addresses.picture(view.product.pictures.first, of: view.product.id)
    let steps = view.path.map { ($0.name[language], Optional(Addresses.category($0))) } + [(title, nil)]
    return PageFrame.Head(
      title: title, description: text, canonical: plain, picture: picture,
      structuredData: StructuredData.product(
        view, language: language, url: publicURL, address: plain, picture: picture, description: text,
        crumbs: StructuredData.crumbs(steps, url: publicURL)),
      currentRoot: view.path.first?.id)
  }

  func crumbs() -> [Model] {
    view.path.map { ["name": $0.name[language], "address": Addresses.category($0)] } + [["name": title]]
  }

  func product(_ variant: Variant?, promise: DeliveryPromise?, provinces: [(RegionCode, String)]) -> Model {
    let product = view.product
    var model: Model = [
      "address": plain, "title": title, "pictures": pictures(variant), "hasManyPictures": product.pictures.count > 1,
      "quantity": "1", "options": options(variant), "parameters": parameters(),
      "regions": provinces.map { code, name -> Model in
        ["code": code.rawValue, "name": name, "isChosen": code == ask.region]
      },
      "merchant": [
        "address": Addresses.merchant(view.merchant), "name": view.merchant.name[language],
        "initial": String(view.merchant.name[language].prefix(1)), "line": view.merchant.introduction[language],
      ] as Model,
    ]
    let subtitle = product.content.subtitle[language]
    if !subtitle.isEmpty { model["subtitle"] = subtitle }
    if view.sold > 0 { model["soldText"] = words.phrase("product.sold", count: view.sold) }
    if view.reviews.count > 0 { model["rating"] = rating() }
    if let variant {
      model["chosen"] = chosen(variant)
      model["price"] = price(view.prices[variant.id])
    }
    let place = provinces.first { $0.0 == ask.region }?.1 ?? ""
    let freight = FreightWords(words: words, place: place)
    if let promise {
      model["freight"] = self.freight(promise, freight)
    } else {
      model["notDeliveredText"] = freight.notDelivered
    }
    return model
  }

  private func pictures(_ variant: Variant?) -> [Model] {
    let pictures = view.product.pictures
    guard !pictures.isEmpty else { return [picture(nil, 0, isChosen: true)] }
    let chosen = variant.map(picturePosition) ?? 1
    return pictures.enumerated().map { picture($1, $0, isChosen: $0 + 1 == chosen) }
  }

  /// From 1; a variant without a picture of its own is shown by the first.
  private func picturePosition(_ variant: Variant) -> Int {
    variant.picture.flatMap { id in view.product.pictures.firstIndex { $0.id == id } }.map { $0 + 1 } ?? 1
  }

  private func picture(_ picture: Picture?, _ index: Int, isChosen: Bool) -> Model {
    let address = Addresses.picture(picture, of: view.product.id)
    let said = picture?.alternative[language] ?? ""
    return [
      "position": String(index + 1), "large": address, "small": address, "alt": said.isEmpty ? title : said,
      "isFirst": index == 0, "isChosen": isChosen,
    ]
  }

  private func chosen(_ variant: Variant) -> Model {
    let free = view.free(variant.id)
    let canBuy = free > 0 && view.prices[variant.id] != nil
    let stock: Model =
      if !canBuy {
        ["kind": "out", "icon": "cross", "text": words.phrase("stock.soldOut")]
      } else if free <= 5 {
        ["kind": "low", "icon": "alert", "text": words.phrase("stock.few", ["left": String(free)])]
      } else {
        ["kind": "in", "icon": "check", "text": words.phrase("stock.inStock")]
      }
    return [
      "id": variant.id.description, "picturePosition": String(picturePosition(variant)),
      "most": String(max(1, min(free, 9999))), "canBuy": canBuy, "stock": stock,
      "hasOtherChoices": view.offered.contains { $0.id != variant.id && view.free($0.id) > 0 },
    ]
  }

  private func price(_ price: Price?) -> Model {
    guard let price else { return ["sale": words.phrase("product.noPrice")] }
    var model: Model = ["sale": format.money(price.sale)]
    if let list = price.list, list.currency == price.sale.currency, list > price.sale {
      model["list"] = format.money(list)
      model["saving"] = words.saving(from: list, to: price.sale)
    }
    return model
  }

  private func freight(_ promise: DeliveryPromise, _ freight: FreightWords) -> Model {
    var model: Model = [
      "costText": freight.fee(promise.fee),
      "promiseText": words.phrase(
        "delivery.days", ["from": String(promise.days.lowerBound), "to": String(promise.days.upperBound)]),
    ]
    if !promise.fee.isZero, let from = promise.freeFrom {
      model["freeText"] = words.phrase("delivery.freeFrom", ["amount": format.money(from)])
    }
    return model
  }

  private func options(_ chosen: Variant?) -> [Model] {
    view.product.content.options.enumerated().map { index, option in
      let current = chosen.flatMap { $0.choice.indices.contains(index) ? $0.choice[index] : nil }
      return [
        "position": String(index + 1), "name": option.name[language],
        "chosenName": current.flatMap { option.values.indices.contains($0) ? option.values[$0][language] : nil } ?? "",
        "choices": option.values.indices.compactMap { value in
          choice(option: index, value: value, name: option.values[value][language], chosen: chosen)
        },
      ]
    }
  }

  /// A value leads to the variant that differs from the chosen one in this option alone, else to any that has it.
  private func choice(option: Int, value: Int, name: String, chosen: Variant?) -> Model? {
    let having = view.product.variants.filter { $0.choice.indices.contains(option) && $0.choice[option] == value }
    var wanted = chosen?.choice ?? []
    if wanted.indices.contains(option) { wanted[option] = value }
    guard let target = having.first(where: { $0.choice == wanted }) ?? having.first else { return nil }
    var model: Model = [
      "id": "\(option + 1)-\(value + 1)", "name": name, "address": address(variant: target.id),
      "isSoldOut": view.free(target.id) == 0,
      "isChosen": chosen?.choice.indices.contains(option) == true && chosen?.choice[option] == value,
    ]
    if option == 0, let id = target.picture, let picture = view.product.pictures.first(where: { $0.id == id }) {
      model["picture"] = Addresses.picture(picture, of: view.product.id)
    }
    return model
  }

  private func parameters() -> [Model] {
    var rows = view.product.content.attributes.map { attribute -> Model in
      ["name": attribute.name[language], "value": said(attribute.value)]
    }
    if let brand = view.brand { rows.insert(["name": words.phrase("product.brand"), "value": brand.name], at: 0) }
    return rows
  }

  private func said(_ value: AttributeValue) -> String {
    switch value {
    case .text(let text): text[language]
    case .number(let number, let unit): unit.isEmpty ? number : "\(number) \(unit)"
    case .flag(let flag): words.phrase(flag ? "product.yes" : "product.no")
    }
  }

  private func rating() -> Model {
    let reviews = view.reviews
    return [
      "tenths": String(reviews.averageTenths), "value": CardModels.stars(reviews.averageTenths),
      "count": String(reviews.count), "countText": words.phrase("count.reviews", count: reviews.count),
    ]
  }

  func reviews(_ page: Page<Review>) -> Model {
    var model: Model = ["items": page.items.map(review), "hasItems": !page.items.isEmpty]
    if view.reviews.count > 0 {
      var summary = rating()
      summary["bars"] = (1...5).reversed().map { stars -> Model in
        [
          "name": words.phrase("count.stars", count: stars), "count": String(view.reviews.counts[stars - 1]),
          "total": String(view.reviews.count), "isCurrent": ask.stars == stars,
          "address": address(stars: .some(stars)) + "#reviews",
        ]
      }
      if ask.stars != nil { summary["allURL"] = address(stars: .some(nil)) + "#reviews" }
      model["summary"] = summary
    }
    if let next = page.next { model["more"] = address(after: next) + "#reviews" }
    if ask.after != nil { model["newest"] = address() + "#reviews" }
    return model
  }

  private func review(_ review: Review) -> Model {
    let name = review.authorName.isEmpty ? words.phrase("reviews.anonymous") : review.maskedAuthor
    var model: Model = [
      "initial": String(name.prefix(1)), "author": name, "tenths": String(review.stars * 10),
      "starsText": words.phrase("count.stars", count: review.stars), "text": review.text,
      "writtenAt": format.date(review.writtenAt), "writtenAtISO": review.writtenAt.description,
      "hasPictures": !review.pictures.isEmpty,
      "pictures": review.pictures.map { key -> Model in
        ["small": "/media/\(key)", "large": "/media/\(key)", "alt": words.phrase("reviews.picture", ["name": name])]
      },
    ]
    let choice = review.choice[language]
    if !choice.isEmpty { model["choice"] = choice }
    model["reportURL"] = Addresses.reviewReport(review.id)
    if let reply = review.reply {
      model["reply"] =
        [
          "replyHead": words.phrase("reviews.replyOf", ["name": view.merchant.name[language]]),
          "replyText": reply.text, "repliedAt": format.date(reply.at), "repliedAtISO": reply.at.description,
        ] as Model
    }
    return model
  }
}
