/// What the made shop sells, one leaf a line: root, root in Chinese, leaf, leaf in Chinese, kinds, what they are made
/// of, how they are measured, and for accessories what they are for.
let madeShelves = """
  Kitchen|厨房|Kettles|水壶|electric kettle:电热水壶,stovetop kettle:烧水壶,travel kettle:旅行水壶|hard|L
  Kitchen|厨房|Pans|煎锅|frying pan:煎锅,wok:炒锅,griddle pan:牛排锅,saucepan:奶锅|hard|cm
  Kitchen|厨房|Pots|汤锅|stock pot:汤锅,casserole:炖锅,pressure cooker:高压锅|hard|L
  Kitchen|厨房|Knives|刀具|chef knife:主厨刀,bread knife:面包刀,paring knife:水果刀,cleaver:菜刀|hard|cm
  Kitchen|厨房|Tableware|餐具|dinner plate:餐盘,soup bowl:汤碗,rice bowl:饭碗,chopsticks:筷子|ceramic|cm
  Kitchen|厨房|Cups|杯子|coffee mug:马克杯,tea cup:茶杯,vacuum flask:保温杯,wine glass:红酒杯|ceramic|ml
  Kitchen|厨房|Small appliances|小家电|rice cooker:电饭煲,blender:榨汁机,toaster:多士炉,air fryer:空气炸锅|hard|W
  Kitchen|厨房|Coffee tools|咖啡器具|coffee grinder:磨豆机,espresso machine:意式咖啡机,coffee filter:咖啡滤纸|hard|ml
  Home|居家|Quilts|被子|summer quilt:夏凉被,winter quilt:冬被,duvet cover:被套|soft|cm
  Home|居家|Pillows|枕头|memory pillow:记忆枕,latex pillow:乳胶枕,neck pillow:颈枕|soft|cm
  Home|居家|Towels|毛巾|bath towel:浴巾,hand towel:毛巾,beach towel:沙滩巾|soft|cm
  Home|居家|Curtains|窗帘|blackout curtain:遮光窗帘,shower curtain:浴帘|soft|cm
  Home|居家|Rugs|地毯|area rug:地毯,bath mat:浴室地垫,door mat:门垫|soft|cm
  Home|居家|Vases|花瓶|flower vase:花瓶,plant pot:花盆|ceramic|cm
  Home|居家|Clocks|钟表|wall clock:挂钟,alarm clock:闹钟|wood|cm
  Home|居家|Candles|香薰|scented candle:香薰蜡烛,reed diffuser:藤条香薰|beauty|g
  Furniture|家具|Chairs|椅子|office chair:办公椅,dining chair:餐椅,folding chair:折叠椅|wood|cm
  Furniture|家具|Tables|桌子|standing desk:升降桌,coffee table:茶几,dining table:餐桌|wood|cm
  Furniture|家具|Sofas|沙发|corner sofa:转角沙发,sofa bed:沙发床|soft|cm
  Furniture|家具|Beds|床|bed frame:床架,bunk bed:双层床,mattress:床垫|wood|cm
  Furniture|家具|Shelves|置物架|bookcase:书架,shoe rack:鞋架,storage box:收纳箱|wood|cm
  Furniture|家具|Lamps|灯具|desk lamp:台灯,floor lamp:落地灯,night light:夜灯,ceiling light:吸顶灯|hard|W
  Furniture|家具|Covers|家具套|sofa cover:沙发套,chair cushion:椅垫|soft|cm|corner sofa:转角沙发
  Computers|电脑|Laptops|笔记本电脑|laptop:笔记本电脑,gaming laptop:游戏本|tech|inch
  Computers|电脑|Monitors|显示器|monitor:显示器,portable monitor:便携显示器|tech|inch
  Computers|电脑|Keyboards|键盘|mechanical keyboard:机械键盘,membrane keyboard:薄膜键盘|tech|none
  Computers|电脑|Mice|鼠标|wireless mouse:无线鼠标,gaming mouse:游戏鼠标,trackball:轨迹球|tech|none
  Computers|电脑|Storage drives|存储|solid state drive:固态硬盘,memory card:存储卡,flash drive:优盘|tech|GB
  Computers|电脑|Networking|网络设备|wifi router:路由器,network switch:交换机|tech|none
  Computers|电脑|Laptop bags|电脑包|laptop sleeve:电脑内胆包,laptop stand:电脑支架|soft|inch|laptop:笔记本电脑
  Phones|手机|Smartphones|智能手机|smartphone:手机,folding phone:折叠屏手机|tech|GB
  Phones|手机|Phone cases|手机壳|phone case:手机壳,screen protector:钢化膜|soft|inch|smartphone:手机
  Phones|手机|Chargers|充电器|wall charger:充电器,car charger:车载充电器,charging cable:数据线|tech|W|smartphone:手机
  Phones|手机|Power banks|充电宝|power bank:充电宝,solar power bank:太阳能充电宝|tech|mAh
  Phones|手机|Phone holders|手机支架|phone stand:手机支架,selfie stick:自拍杆|hard|cm|smartphone:手机
  Audio|音响|Headphones|头戴耳机|headphones:头戴式耳机,gaming headset:游戏耳机|tech|mm
  Audio|音响|Earbuds|耳塞|earbuds:无线耳机,sports earphones:运动耳机|tech|mm
  Audio|音响|Speakers|音箱|bluetooth speaker:蓝牙音箱,soundbar:回音壁,bookshelf speaker:书架音箱|wood|W
  Audio|音响|Earphone cases|耳机包|headphone case:耳机包,ear pads:耳机套|soft|none|headphones:头戴式耳机
  Clothing|服装|T-shirts|短袖|t-shirt:T恤,polo shirt:保罗衫,tank top:背心|soft|size
  Clothing|服装|Shirts|衬衫|dress shirt:衬衫,flannel shirt:法兰绒衬衫|soft|size
  Clothing|服装|Trousers|裤子|jeans:牛仔裤,chinos:休闲裤,leggings:打底裤|soft|size
  Clothing|服装|Jackets|外套|rain jacket:冲锋衣,down jacket:羽绒服,windbreaker:风衣|soft|size
  Clothing|服装|Dresses|连衣裙|summer dress:连衣裙,evening dress:晚礼服|soft|size
  Clothing|服装|Socks|袜子|ankle socks:短袜,wool socks:羊毛袜|soft|size
  Clothing|服装|Hats|帽子|baseball cap:棒球帽,beanie:毛线帽,sun hat:遮阳帽|soft|size
  Bags|箱包|Backpacks|双肩包|backpack:双肩包,school bag:书包,hiking pack:登山包|soft|L
  Bags|箱包|Suitcases|行李箱|carry-on suitcase:登机箱,trunk:行李箱|hard|inch
  Bags|箱包|Wallets|钱包|wallet:钱包,card holder:卡包,coin purse:零钱包|soft|cm
  Bags|箱包|Handbags|手提包|tote bag:托特包,shoulder bag:单肩包,clutch:手拿包|soft|cm
  Shoes|鞋靴|Trainers|运动鞋|running shoes:跑步鞋,basketball shoes:篮球鞋,walking shoes:健步鞋|soft|shoe
  Shoes|鞋靴|Boots|靴子|hiking boots:登山靴,rain boots:雨靴|soft|shoe
  Shoes|鞋靴|Slippers|拖鞋|slippers:拖鞋,flip flops:人字拖|soft|shoe
  Food|食品|Tea|茶叶|green tea:绿茶,black tea:红茶,oolong tea:乌龙茶,jasmine tea:茉莉花茶|food|g
  Food|食品|Coffee|咖啡|coffee beans:咖啡豆,instant coffee:速溶咖啡,drip coffee:挂耳咖啡|food|g
  Food|食品|Snacks|零食|almonds:扁桃仁,dried mango:芒果干,potato chips:薯片,biscuits:饼干|food|g
  Food|食品|Honey|蜂蜜|honey:蜂蜜,jam:果酱|food|g
  Food|食品|Noodles|面条|noodles:面条,rice noodles:米粉,pasta:意面|food|g
  Care|个护|Shampoo|洗发水|shampoo:洗发水,conditioner:护发素|beauty|ml
  Care|个护|Skin care|护肤|face cream:面霜,sunscreen:防晒霜,hand cream:护手霜,face mask:面膜|beauty|ml
  Care|个护|Oral care|口腔护理|toothbrush:牙刷,electric toothbrush:电动牙刷,toothpaste:牙膏|beauty|none
  Care|个护|Shaving|剃须|electric shaver:剃须刀,razor blades:刀片|hard|none
  Play|玩具|Blocks|积木|building blocks:积木,jigsaw puzzle:拼图|wood|none
  Play|玩具|Plush|毛绒玩具|teddy bear:泰迪熊,plush rabbit:毛绒兔子|soft|cm
  Play|玩具|Toy cars|玩具车|remote control car:遥控车,toy train:玩具火车|hard|cm
  Sport|运动|Yoga|瑜伽|yoga mat:瑜伽垫,yoga block:瑜伽砖|soft|mm
  Sport|运动|Camping|露营|tent:帐篷,sleeping bag:睡袋,camping lantern:露营灯|soft|cm
  Sport|运动|Cycling|骑行|bike helmet:骑行头盔,bike lock:自行车锁,bike pump:打气筒|hard|cm
  Sport|运动|Fitness|健身|dumbbells:哑铃,skipping rope:跳绳,resistance band:弹力带|hard|kg
  Office|文具|Notebooks|本子|notebook:笔记本,sketchbook:速写本,week planner:周计划本|paper|none
  Office|文具|Pens|笔|fountain pen:钢笔,gel pen:中性笔,marker pen:记号笔|hard|mm
  Office|文具|Desk tidy|桌面收纳|pencil case:笔袋,file folder:文件夹|paper|cm
  Pets|宠物|Cats|猫用品|cat food:猫粮,cat litter:猫砂,cat tree:猫爬架|food|kg
  Pets|宠物|Dogs|狗用品|dog food:狗粮,dog leash:牵引绳,dog bed:狗窝|food|kg
  """

let madeColours = """
  black:黑色,white:白色,grey:灰色,blue:蓝色,navy:藏青,red:红色,green:绿色,pink:粉色,beige:米色,brown:棕色,silver:银色,\
  yellow:黄色,purple:紫色,orange:橙色,gold:金色,olive:橄榄绿,teal:孔雀绿,coral:珊瑚色,cream:奶油色,mint:薄荷绿,lilac:丁香紫,\
  mustard:姜黄,burgundy:酒红,turquoise:湖蓝
  """

let madeMaterials = [
  "hard":
    "stainless steel:不锈钢,aluminium:铝合金,cast iron:铸铁,glass:玻璃,plastic:塑料,titanium:钛,copper:纯铜,carbon steel:碳钢",
  "soft": "cotton:纯棉,polyester:涤纶,leather:真皮,linen:亚麻,wool:羊毛,silk:真丝,canvas:帆布,nylon:尼龙,bamboo fibre:竹纤维,velvet:丝绒",
  "ceramic": "porcelain:陶瓷,stoneware:粗陶,bone china:骨瓷,glass:玻璃,bamboo:竹制,enamel:搪瓷",
  "wood": "oak:橡木,walnut:胡桃木,pine:松木,bamboo:竹制,beech:榉木,metal:金属",
  "tech": "aluminium:铝合金,plastic:塑料,magnesium:镁合金,fabric:织物",
  "food": "organic:有机,roasted:烘焙,unsweetened:无糖,salted:咸味,natural:天然",
  "beauty": "aloe:芦荟,lavender:薰衣草,green tea:绿茶,unscented:无香,rose:玫瑰,charcoal:竹炭",
  "paper": "recycled paper:再生纸,kraft paper:牛皮纸,leather:真皮,canvas:帆布",
]

let madeManners = """
  portable:便携,wireless:无线,waterproof:防水,foldable:可折叠,lightweight:轻便,large:大号,small:小号,classic:经典,\
  professional:专业,everyday:日常,soft:柔软,quiet:静音,slim:超薄,thick:加厚,adjustable:可调节,reusable:可重复使用,\
  children's:儿童,women's:女士,men's:男士,outdoor:户外,travel:旅行,rechargeable:可充电,handmade:手工,breathable:透气,\
  durable:耐用,vintage:复古,minimalist:简约,luxury:奢华,heated:加热,insulated:保温,antibacterial:抗菌,smart:智能,\
  ergonomic:人体工学,compact:小巧,double:双层,round:圆形,square:方形,striped:条纹,non-slip:防滑,windproof:防风
  """
