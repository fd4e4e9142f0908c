import Values

/// Which words of a title say what the thing is: in "Leather case for phones" it is the case, in 手机壳 the 壳.
enum TitleHead {
  /// Tokens in the form of the index, of both languages.
  static func tokens(of title: LocalizedText) -> Set<String> {
    var heads: Set<String> = []
    for text in Set([title.en, title.zhHans]) where !text.isEmpty {
      let phrases = phrases(of: text)
      if let head = phrases.lazy.compactMap({ latinHead($0.pieces) }).first { heads.formUnion(head) }
      if let head = chineseHead(phrases) { heads.formUnion(head) }
    }
    return heads
  }

  private struct Phrase {
    let pieces: [Piece]
    /// As in 苹果（Apple）: what stands before is a name.
    var isBeforeLatinBracket = false
  }

  /// What stands between commas, bars, brackets and dashes; what is in brackets is left out.
  private static func phrases(of text: String) -> [Phrase] {
    var phrases: [Phrase] = []
    let scalars = text.unicodeScalars
    var (start, bracket) = (scalars.startIndex, scalars.startIndex)
    var depth = 0
    var last: Unicode.Scalar = " "
    func finish(_ end: String.Index) {
      let pieces = depth > 0 ? [] : PieceCutter.cut(text[start..<end], limit: 400)
      if !pieces.isEmpty { phrases.append(Phrase(pieces: pieces)) }
    }
    var index = scalars.startIndex
    for _ in 0..<400 where index < scalars.endIndex {
      let scalar = scalars[index]
      let next = scalars.index(after: index)
      switch mark(scalar, after: last) {
      case .opening:
        finish(index)
        depth += 1
        (start, bracket) = (next, next)
      case .closing where depth == 0:
        // Was never opened.
        finish(index)
        start = next
      case .closing:
        if case .word? = PieceCutter.cut(text[bracket..<index], limit: 40).first, !phrases.isEmpty {
          phrases[phrases.count - 1].isBeforeLatinBracket = true
        }
        depth -= 1
        start = next
      case .parting where depth == 0:
        finish(index)
        start = next
      case .parting, nil: break
      }
      last = scalar
      index = next
    }
    finish(index)
    return phrases
  }

  private enum Mark {
    case opening, closing, parting
  }

  private static func mark(_ scalar: Unicode.Scalar, after last: Unicode.Scalar) -> Mark? {
    switch scalar {
    case "(", "[", "（", "【", "「", "《", "［": .opening
    case ")", "]", "）", "】", "」", "》", "］": .closing
    case ",", "，", "、", "|", "｜", ";", "；", ":", "：", "/", "／", "–", "—", "•", "·": .parting
    case "-" where last == " ": .parting
    default: nil
    }
  }

  // MARK: Latin

  private static func latinHead(_ pieces: [Piece]) -> Set<String>? {
    var words: [Piece] = []
    for piece in pieces {
      if case .word(let word) = piece, stops.contains(word) {
        // Nothing but a number of pieces so far, as in "Set of glasses".
        if lastNoun(words) != nil { break }
        words = []
      } else if case .run = piece {
        continue
      } else {
        words.append(piece)
      }
    }
    return lastNoun(words)
  }

  private static func lastNoun(_ pieces: [Piece]) -> Set<String>? {
    for piece in pieces.reversed() {
      switch piece {
      case .word(let word):
        let stem = Stemmer.stem(word)
        if stem.utf8.count >= 2, !stem.utf8.contains(where: { (48...57).contains($0) }), !passedOver.contains(stem) {
          return [stem]
        }
      case .code(let code) where code.segments.isEmpty && !code.joined.utf8.contains { (48...57).contains($0) }:
        guard let last = code.parts.last, !passedOver.contains(last) else { continue }
        return [Stemmer.stem(code.joined), Stemmer.stem(last)]
      default: continue
      }
    }
    return nil
  }

  /// What comes after says what for, what with, whose.
  private static let stops: Set<String> = [
    "with", "for", "by", "from", "in", "of", "w", "without", "featuring", "compatible", "fits", "on", "that", "made",
  ]

  /// Stand behind the thing without being it: colours, sizes, editions, numbers of pieces.
  private static let passedOver: Set<String> = Set(
    """
    black white red blue green yellow pink purple gray brown orange beige gold golden silver navy khaki rose ivory teal \
    cyan cream charcoal burgundy maroon turquoise violet multicolor transparent clear dark light s m l xl xxl xxxl xs \
    small medium large big size color mini pro max plus ultra lite air se new set kit pack bundle pair series edition \
    version style model gen generation piece pc lot combo us uk eu men man woman kid adult unisex and or the a an
    """.split(separator: " ").map(String.init))

  // MARK: Chinese

  private static func chineseHead(_ phrases: [Phrase]) -> Set<String>? {
    for (index, phrase) in phrases.enumerated() where !phrase.isBeforeLatinBracket || index == phrases.count - 1 {
      for case .run(let run) in phrase.pieces {
        let bare = withoutTrail(run)
        guard let last = bare.last else { continue }
        let alone = Scalars.text(last)
        return bare.count >= 2 ? [Scalars.text(bare[bare.endIndex - 2], last), alone] : [alone]
      }
    }
    return nil
  }

  private static func withoutTrail(_ run: ArraySlice<UInt32>) -> ArraySlice<UInt32> {
    var bare = run
    trimming: while !bare.isEmpty {
      for length in [3, 2, 1] where bare.count >= length {
        if trails.contains(number(of: bare.suffix(length))) {
          bare = bare.dropLast(length)
          continue trimming
        }
      }
      break
    }
    return bare
  }

  /// Three characters as one number, since sets of numbers are faster than of texts.
  private static func number(of characters: some Sequence<UInt32>) -> UInt64 {
    characters.reduce(0) { $0 << 21 | UInt64($1) }
  }

  private static let trails: Set<UInt64> = Set(
    """
    新款 正品 包邮 套装 礼盒 系列 旗舰版 标准版 豪华版 升级版 青春版 国行版 男款 女款 同款 新品 特价 黑色 白色 红色 蓝色 绿色 黄色 粉色 紫色 灰色 \
    棕色 橙色 金色 银色 米色 咖啡色 大号 小号 中号 加大号 均码 礼盒装 家庭装 盒装 袋装 瓶装 罐装 桶装 装 款 版 型
    """.split(separator: " ").map { number(of: $0.unicodeScalars.map(\.value)) })
}
