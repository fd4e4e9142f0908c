extension StandInShape {
  /// `url(#m)` is the goods' colour, lit from the left.
  static func drawing(_ kind: StandInShape, _ p: StandInPaint) -> String {
    switch kind {
    case .box: box(p)
    case .bag: bag(p)
    case .bottle: bottle(p)
    case .cup: cup(p)
    case .teapot: teapot(p)
    case .pot: pot(p)
    case .garment: garment(p)
    case .dress: dress(p)
    case .shoe: shoe(p)
    case .lamp: lamp(p)
    case .book: book(p)
    case .ring: ring(p)
    case .plant: plant(p)
    case .pillow: pillow(p)
    }
  }

  private static let gleam = ##"fill="none" stroke="#fff" stroke-opacity=".4" stroke-linecap="round""##

  private static func box(_ p: StandInPaint) -> String {
    """
    <path fill="url(#m)" d="M200 360h310v300H200z"/><path fill="\(p.dark)" d="M510 360l100-54v290l-100 64z"/>\
    <path fill="\(p.light)" d="M200 360l104-54h306l-100 54z"/>\
    <path fill="\(p.accent)" d="M325 360h60v300h-60z"/><path fill="\(p.accent)" d="M325 360l98-54h58l-96 54z" opacity=".85"/>\
    <path fill="#000" opacity=".08" d="M200 360h310v34H200z"/><path fill="#000" opacity=".14" d="M510 360l100-54v34l-100 56z"/>\
    <path fill="\(p.accent)" d="M404 330c-20-80-120-96-128-46-5 36 60 52 128 46z"/>\
    <path fill="\(p.accent)" d="M404 330c16-84 124-104 134-54 6 38-66 56-134 54z"/>\
    <path fill="\(p.deep)" opacity=".22" d="M392 324c-20-48-84-62-90-38-3 20 42 34 90 38zM418 324c18-52 88-68 94-40 4 22-46 36-94 40z"/>\
    <ellipse cx="405" cy="322" rx="24" ry="19" fill="\(p.accent)"/><path \(gleam) stroke-width="7" d="M222 420v150"/>
    """
  }

  private static func bag(_ p: StandInPaint) -> String {
    """
    <path fill="none" stroke="\(p.deep)" stroke-width="20" stroke-linecap="round" d="M322 350V270c0-110 168-110 168 0v80"/>\
    <path fill="url(#m)" d="M214 326h372l44 314q2 20-18 20H188q-20 0-18-20z"/>\
    <path fill="\(p.deep)" opacity=".16" d="M540 326h46l44 314q2 20-18 20h-40z"/>\
    <path fill="\(p.deep)" opacity=".18" d="M214 326h372l4 26H210z"/>\
    <path fill="none" stroke="\(p.accent)" stroke-width="20" stroke-linecap="round" d="M304 392V290c0-120 176-120 176 0v102"/>\
    <circle cx="304" cy="396" r="17" fill="\(p.accent)"/><circle cx="480" cy="396" r="17" fill="\(p.accent)"/>\
    <circle cx="304" cy="396" r="6" fill="\(p.deep)"/><circle cx="480" cy="396" r="6" fill="\(p.deep)"/>\
    <path fill="\(p.light)" opacity=".55" d="M292 480h208v116q0 14-14 14H306q-14 0-14-14z"/>\
    <path fill="\(p.deep)" opacity=".2" d="M292 480h208v14H292z"/>\
    <path fill="none" stroke="\(p.accent)" stroke-width="4" stroke-dasharray="12 9" d="M306 508v84h180v-84"/>\
    <path \(gleam) stroke-width="8" d="M238 370l-28 220"/>
    """
  }

  private static func bottle(_ p: StandInPaint) -> String {
    """
    <path fill="\(p.deep)" d="M352 150h96q8 0 8 8v72h-112v-72q0-8 8-8z"/><path fill="#fff" opacity=".18" d="M360 150h20v80h-20z"/>\
    <path fill="\(p.dark)" d="M362 230h76v34h-76z"/>\
    <path fill="url(#m)" d="M362 260h76c0 44 92 42 92 132v232q0 36-36 36H306q-36 0-36-36V392c0-90 92-88 92-132z"/>\
    <path fill="\(p.deep)" opacity=".2" d="M478 330c34 14 52 32 52 62v232q0 36-36 36h-36q20-14 20-44z"/>\
    <path fill="\(p.accent)" d="M270 424h260v150H270z"/><path fill="\(p.deep)" opacity=".12" d="M478 424h52v150h-52z"/>\
    <path fill="\(p.main)" d="M400 452c36 34 36 64 0 94-36-30-36-60 0-94z"/>\
    <path fill="none" stroke="\(p.accent)" stroke-width="5" d="M400 474v60"/>\
    <path \(gleam) stroke-width="14" d="M298 400c0-42 18-58 44-74"/><path \(gleam) stroke-width="14" d="M298 596v22"/>
    """
  }

  private static func cup(_ p: StandInPaint) -> String {
    """
    <path fill="none" stroke="#fff" stroke-opacity=".75" stroke-width="14" stroke-linecap="round" \
    d="M330 280c-28-36 28-56 0-96M400 270c-28-40 28-62 0-106M470 280c-28-36 28-56 0-96"/>\
    <path fill="none" stroke="\(p.dark)" stroke-width="38" d="M540 410c130-26 140 140-26 134"/>\
    <path fill="url(#m)" d="M226 360h336v150c0 92-58 142-120 142H346c-62 0-120-50-120-142z"/>\
    <path fill="\(p.deep)" opacity=".16" d="M496 372h66v138c0 92-58 142-120 142h-36c62-20 90-80 90-142z"/>\
    <ellipse cx="394" cy="360" rx="168" ry="42" fill="\(p.light)"/><ellipse cx="394" cy="362" rx="148" ry="32" fill="\(p.deep)"/>\
    <path fill="#7a4a2b" d="M252 372c20-24 264-24 284 0-30 30-254 30-284 0z"/>\
    <path fill="\(p.accent)" d="M226 470h336v26H226z" opacity=".9"/><path fill="\(p.accent)" d="M227 512h334l-3 12H230z" opacity=".9"/>\
    <ellipse cx="394" cy="658" rx="112" ry="10" fill="\(p.deep)" opacity=".3"/><path \(gleam) stroke-width="13" d="M262 420v34M263 536c4 24 12 42 24 56"/>
    """
  }

  private static func teapot(_ p: StandInPaint) -> String {
    """
    <path fill="none" stroke="\(p.deep)" stroke-width="24" stroke-linecap="round" d="M278 372C250 190 548 190 522 372"/>\
    <path fill="\(p.dark)" d="M556 470c60-10 70-96 118-126q14-6 20 8c-24 46-30 170-150 210z"/>\
    <path fill="url(#m)" d="M400 352c124 0 196 70 196 158 0 94-84 148-196 148s-196-54-196-148c0-88 72-158 196-158z"/>\
    <path fill="\(p.deep)" opacity=".16" d="M474 362c78 22 122 78 122 148 0 94-84 148-196 148 112-40 140-190 74-296z"/>\
    <ellipse cx="400" cy="362" rx="104" ry="26" fill="\(p.light)"/><path fill="\(p.main)" d="M308 358c12-44 172-44 184 0-30 24-154 24-184 0z"/>\
    <circle cx="400" cy="312" r="21" fill="\(p.accent)"/><circle cx="394" cy="306" r="7" fill="#fff" opacity=".6"/>\
    <path fill="none" stroke="\(p.accent)" stroke-width="9" d="M207 486c110 46 276 46 386 0M214 556c108 44 264 44 372 0"/>\
    <path fill="\(p.deep)" opacity=".5" d="M316 648h168l-10 14H326z"/><path \(gleam) stroke-width="15" d="M246 462c12-30 34-50 62-64"/>
    """
  }

  private static func pot(_ p: StandInPaint) -> String {
    """
    <path fill="\(p.deep)" d="M148 420h90v46h-66q-24 0-24-24zM562 420h90v22q0 24-24 24h-66z"/>\
    <path fill="url(#m)" d="M200 396h400v196q0 66-66 66H266q-66 0-66-66z"/>\
    <path fill="\(p.deep)" opacity=".18" d="M520 396h80v196q0 66-66 66h-80q66 0 66-66z"/>\
    <path fill="\(p.light)" d="M188 378h424q12 0 12 12v14q0 12-12 12H188q-12 0-12-12v-14q0-12 12-12z"/>\
    <path fill="url(#m)" d="M206 378c20-116 368-116 388 0z"/><path fill="\(p.deep)" opacity=".16" d="M470 302c70 16 116 42 124 76h-80c0-30-16-56-44-76z"/>\
    <path fill="\(p.deep)" d="M374 272h52v24h-52z"/><ellipse cx="400" cy="262" rx="46" ry="22" fill="\(p.accent)"/>\
    <ellipse cx="388" cy="255" rx="16" ry="6" fill="#fff" opacity=".5"/>\
    <path fill="#000" opacity=".1" d="M200 416h400v16H200z"/><path fill="\(p.accent)" opacity=".85" d="M200 560h400v12H200z"/>\
    <path \(gleam) stroke-width="15" d="M238 460v110M258 350c22-28 52-40 88-48"/>
    """
  }

  private static let hanger =
    ##"<path fill="none" stroke="#8a6f4d" stroke-width="11" stroke-linecap="round" d="M326 186l74-40 74 40M400 146v-20c0-18 22-18 22-38a22 22 0 0 0-44 0"/>"##

  private static func garment(_ p: StandInPaint) -> String {
    """
    \(hanger)\
    <path fill="\(p.deep)" d="M318 178h164l-82 96z"/>\
    <path fill="\(p.dark)" d="M548 204l140 214-98 64-60-92z"/><path fill="\(p.main)" d="M252 204L112 418l98 64 60-92z"/>\
    <path fill="url(#m)" d="M312 172c30 66 146 66 176 0l64 34c14 130 8 300 12 452H236c4-152-2-322 12-452z"/>\
    <path fill="\(p.deep)" opacity=".14" d="M488 172l64 34c14 130 8 300 12 452h-70c20-150 22-330-6-486z"/>\
    <path fill="none" stroke="\(p.accent)" stroke-width="15" d="M306 174c32 84 156 84 188 0"/>\
    <path fill="none" stroke="\(p.accent)" stroke-width="12" d="M124 404l92 62M676 404l-92 62"/>\
    <path fill="none" stroke="\(p.deep)" stroke-opacity=".28" stroke-width="6" stroke-linecap="round" d="M270 392c-6 80-4 160-4 250M530 392c6 80 4 160 4 250M340 560c20 30 26 60 26 90"/>\
    <path fill="\(p.accent)" d="M452 320h64v64l-32 18-32-18z"/><path fill="\(p.deep)" opacity=".2" d="M452 320h64v12h-64z"/>\
    <path \(gleam) stroke-width="11" d="M290 238c-6 70-6 120-5 170"/>
    """
  }

  private static func dress(_ p: StandInPaint) -> String {
    """
    \(hanger)<path fill="none" stroke="\(p.dark)" stroke-width="14" d="M330 230l16-54M470 230l-16-54"/>\
    <path fill="url(#m)" d="M322 214q78 60 156 0c6 70 14 110 30 156l110 262c-130 40-306 40-436 0l110-262c16-46 24-86 30-156z"/>\
    <path fill="\(p.deep)" opacity=".15" d="M478 214c6 70 14 110 30 156l110 262q-60 18-126 25c20-120-10-260-34-300 20-50 20-90 20-143z"/>\
    <path fill="\(p.accent)" d="M296 362q104 28 208 0l10 30q-114 30-228 0z"/>\
    <path fill="none" stroke="\(p.deep)" stroke-opacity=".26" stroke-width="7" stroke-linecap="round" d="M340 420c-20 90-44 160-66 216M400 424v228M460 420c20 90 44 160 66 216"/>\
    <path fill="none" stroke="\(p.accent)" stroke-width="10" d="M190 612c130 38 290 38 420 0"/>\
    <path \(gleam) stroke-width="11" d="M330 262c-2 34-8 62-16 86M290 424l-54 140"/>
    """
  }

  private static func shoe(_ p: StandInPaint) -> String {
    """
    <path fill="\(p.accent)" d="M112 588h568q18 0 18 20 0 52-56 52H160q-52 0-52-50z"/>\
    <path fill="\(p.deep)" opacity=".25" d="M112 630h582q-12 30-52 30H160q-36 0-48-30z"/>\
    <path fill="url(#m)" d="M128 388c40 26 96 22 122-30l44-18 150 110c70 40 150 30 208 72 32 22 42 46 42 76H116c-12-70-8-146 12-210z"/>\
    <path fill="\(p.deep)" d="M128 388c40 26 96 22 122-30l36-14c-2 70-110 100-160 58z" opacity=".55"/>\
    <path fill="\(p.dark)" d="M116 598c-8-50-8-100-2-146 44 16 90 70 96 146z"/>\
    <path fill="\(p.light)" opacity=".6" d="M560 490c70 10 134 40 134 108H540c-16-40-8-80 20-108z"/>\
    <path fill="none" stroke="\(p.accent)" stroke-width="15" stroke-linecap="round" d="M316 396l-38 44M358 424l-38 46M400 454l-38 46M444 482l-36 44"/>\
    <path fill="\(p.accent)" opacity=".9" d="M240 598c40-16 110-52 150-96l20 10c-20 40-64 72-96 86z"/>\
    <path \(gleam) stroke-width="10" d="M590 520c30 8 56 20 72 40"/>
    """
  }

  private static func lamp(_ p: StandInPaint) -> String {
    """
    <path fill="#ffe9a8" opacity=".3" d="M236 384L150 660h500L564 384z"/>\
    <path fill="\(p.deep)" d="M388 370h24v250h-24z"/><path fill="#fff" opacity=".25" d="M391 380h6v236h-6z"/>\
    <path fill="url(#m)" d="M280 640q0-34 120-34t120 34v6q0 16-120 16t-120-16z"/><ellipse cx="400" cy="634" rx="112" ry="24" fill="\(p.light)"/>\
    <ellipse cx="400" cy="622" rx="22" ry="8" fill="\(p.deep)"/>\
    <path fill="url(#m)" d="M316 160h168l94 220q-178 40-356 0z"/>\
    <path fill="\(p.deep)" opacity=".16" d="M440 160h44l94 220q-30 8-74 14c0-90-24-170-64-234z"/>\
    <ellipse cx="400" cy="160" rx="84" ry="14" fill="\(p.dark)"/><path fill="#fff0bf" d="M232 382q168 36 336 0-168 64-336 0z"/>\
    <path fill="none" stroke="\(p.accent)" stroke-width="12" d="M308 184q92 20 184 0M234 356q166 38 332 0"/>\
    <path fill="none" stroke="\(p.accent)" stroke-width="5" d="M500 402v84"/><circle cx="500" cy="494" r="10" fill="\(p.accent)"/>\
    <path \(gleam) stroke-width="13" d="M310 230l-40 98"/>
    """
  }

  private static func book(_ p: StandInPaint) -> String {
    """
    <path fill="\(p.dark)" d="M252 206l300-30q14-1 14 12v440q0 14-14 16l-280 16q-40 0-40-36V240q0-32 20-34z"/>\
    <path fill="#fbf6ea" d="M270 624l272-18q8 0 8 8v22l-280 22q-22-4-22-18t22-16z"/>\
    <path fill="none" stroke="#cfc4ac" stroke-width="3" d="M262 634l286-18M262 644l286-19"/>\
    <path fill="url(#m)" d="M262 200l296-30q16-1 16 14v408q0 14-14 15l-286 19q-42 2-42 34V236q0-32 30-36z"/>\
    <path fill="\(p.deep)" opacity=".28" d="M262 200l20-2v427q-50 0-50 35V236q0-32 30-36z"/>\
    <path fill="\(p.accent)" d="M330 272l186-18v112l-186 16z"/><path fill="\(p.main)" opacity=".8" d="M354 302l138-13v14l-138 13zM354 334l96-9v14l-96 9z"/>\
    <circle cx="423" cy="488" r="52" fill="none" stroke="\(p.accent)" stroke-width="9"/>\
    <path fill="\(p.accent)" d="M423 450l14 28 30 4-22 22 5 30-27-14-27 14 5-30-22-22 30-4z"/>\
    <path fill="\(p.accent)" d="M484 177l34-3v118l-17-14-17 18z" opacity=".95"/><path \(gleam) stroke-width="8" d="M304 226v350"/>
    """
  }

  private static func ring(_ p: StandInPaint) -> String {
    """
    <path fill="#8a8178" opacity=".25" d="M226 640h348l26 22H200z"/>\
    <circle cx="400" cy="486" r="150" fill="none" stroke="#b98a2c" stroke-width="42"/>\
    <circle cx="396" cy="482" r="150" fill="none" stroke="#e2b857" stroke-width="30"/>\
    <path fill="none" stroke="#fbe7ac" stroke-width="11" stroke-linecap="round" d="M252 500c-2-66 32-116 76-140M492 598c-30 24-70 34-104 28"/>\
    <path fill="#b98a2c" d="M336 318h128l-22 44h-84z"/>\
    <path fill="\(p.light)" d="M310 170h180l58 70-148 122-148-122z"/><path fill="\(p.main)" d="M252 240h92l56 122z"/>\
    <path fill="\(p.dark)" d="M456 240h92L400 362z"/><path fill="\(p.main)" opacity=".7" d="M344 240h112l-56 122z"/>\
    <path fill="#fff" opacity=".55" d="M310 170l34 70h-92zM400 170l-56 70-34-70z"/>\
    <path fill="#fff" opacity=".28" d="M400 170l56 70H344z"/><path fill="\(p.deep)" opacity=".2" d="M490 170l58 70h-92z"/>\
    <path fill="#fff" d="M566 150q6 34 40 40-34 6-40 40-6-34-40-40 34-6 40-40zM218 300q4 22 26 26-22 4-26 26-4-22-26-26 22-4 26-26z"/>
    """
  }

  private static func plant(_ p: StandInPaint) -> String {
    """
    <path fill="none" stroke="#3f6b45" stroke-width="11" stroke-linecap="round" d="M400 480C396 380 392 300 404 190M400 480c-20-80-70-130-130-160M400 480c20-80 70-140 140-166M400 490c-40-50-90-74-140-76M400 490c40-50 96-72 148-72"/>\
    <path fill="#5d9a63" d="M404 130c56 70 58 150 0 214-58-64-56-144 0-214z"/><path fill="#4a8452" d="M404 130c56 70 58 150 0 214z"/>\
    <path fill="#6fae72" d="M180 226c100-6 150 44 160 130-96 4-150-42-160-130z"/><path fill="#56935c" d="M180 226c100 20 140 70 160 130-96 4-150-42-160-130z"/>\
    <path fill="#4f8a57" d="M626 218c-104-4-154 48-166 136 98 4 154-46 166-136z"/><path fill="#3f7547" d="M626 218c-104 24-146 78-166 136 98 4 154-46 166-136z"/>\
    <path fill="#79b57a" d="M176 396c70-34 130-20 172 50-66 34-132 14-172-50z"/><path fill="#457f4d" d="M634 402c-72-34-134-20-178 48 70 36 138 18 178-48z"/>\
    <path fill="url(#m)" d="M272 482h256l-30 158q-4 20-24 20H326q-20 0-24-20z"/>\
    <path fill="\(p.deep)" opacity=".17" d="M470 482h58l-30 158q-4 20-24 20h-40q26-90 36-178z"/>\
    <path fill="\(p.light)" d="M256 452h288q10 0 10 10v34q0 10-10 10H256q-10 0-10-10v-34q0-10 10-10z"/>\
    <path fill="\(p.dark)" d="M486 452h58q10 0 10 10v34q0 10-10 10h-58z" opacity=".55"/>\
    <path fill="none" stroke="\(p.accent)" stroke-width="11" d="M288 556l24 24 28-24 28 24 28-24 28 24 28-24 28 24 24-24"/><path \(gleam) stroke-width="10" d="M296 526l6 30"/>
    """
  }

  private static func pillow(_ p: StandInPaint) -> String {
    """
    <path fill="\(p.dark)" d="M160 546q-16-30 14-34c150-18 302-18 452 0q30 4 14 34-14 30 0 62 16 34-14 40c-150 20-302 20-452 0q-30-6-14-40 14-32 0-62z"/>\
    <path fill="\(p.accent)" opacity=".5" d="M168 570c154 18 310 18 464 0l-2 22c-152 18-308 18-460 0z"/>\
    <path fill="url(#m)" d="M222 214c-8-30 10-44 40-36 92 22 184 22 276 0 30-8 48 6 40 36-20 92-20 186 0 278 8 30-10 46-40 40-92-16-184-16-276 0-30 6-48-10-40-40 20-92 20-186 0-278z"/>\
    <path fill="\(p.deep)" opacity=".15" d="M538 178c30-8 48 6 40 36-20 92-20 186 0 278 8 30-10 46-40 40q-40-8-84-11c60-110 90-230 84-343z"/>\
    <path fill="none" stroke="\(p.accent)" stroke-width="9" d="M256 212c96 24 192 24 288 0-18 94-18 188 0 284-96-16-192-16-288 0 18-96 18-190 0-284z"/>\
    <path fill="none" stroke="\(p.deep)" stroke-opacity=".25" stroke-width="7" stroke-linecap="round" d="M286 248l44 52M514 248l-44 52M288 462l44-50M512 462l-44-50"/>\
    <circle cx="400" cy="354" r="16" fill="\(p.accent)"/><circle cx="396" cy="350" r="5" fill="#fff" opacity=".7"/>\
    <path \(gleam) stroke-width="11" d="M236 246c8 44 12 84 12 120"/>
    """
  }
}
