"""TeX's names for signs, and the signs."""


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Letters and signs that stand for themselves, set slanted.
LETTERS = _pairs(
    "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ "
    "mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ "
    "psi ψ omega ω ell ℓ imath ı jmath ȷ hbar ℏ"
)
#: Signs that stand upright.
SIGNS = _pairs(
    "Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω infty ∞ partial ∂ nabla ∇ "
    "forall ∀ exists ∃ nexists ∄ emptyset ∅ varnothing ∅ neg ¬ lnot ¬ Re ℜ Im ℑ aleph ℵ prime ′ degree ° angle ∠ "
    "triangle △ square □ checkmark ✓ dots … ldots … cdots ⋯ vdots ⋮ ddots ⋱ top ⊤ bot ⊥ backslash \\ dagger † "
    "clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠ pounds £ euro € S § P ¶ copyright ©"
)
#: Signs between two things, with room at both sides.
RELATIONS = _pairs(
    "leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠ equiv ≡ approx ≈ sim ∼ simeq ≃ cong ≅ propto ∝ ll ≪ gg ≫ in ∈ notin ∉ ni ∋ "
    "subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ mid ∣ parallel ∥ perp ⊥ to → rightarrow → leftarrow ← gets ← "
    "leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ implies ⟹ iff ⟺ mapsto ↦ longrightarrow ⟶ "
    "Longrightarrow ⟹ uparrow ↑ downarrow ↓ rightleftharpoons ⇌ models ⊨ vdash ⊢ prec ≺ succ ≻ doteq ≐ coloneqq ≔ "
    "triangleq ≜ lt < gt >"
)
OPERATORS = _pairs(
    "times × div ÷ cdot · pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet • cap ∩ cup ∪ setminus ∖ wedge ∧ land ∧ vee ∨ lor ∨ "
    "oplus ⊕ otimes ⊗ odot ⊙ ominus ⊖ sqcup ⊔ sqcap ⊓ amalg ⨿"
)
#: Large signs; the first ones carry their limits above and below where there is room.
LARGE = _pairs(
    "sum ∑ prod ∏ coprod ∐ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂ bigvee ⋁ bigwedge ⋀ int ∫ iint ∬ iiint ∭ oint ∮"
)
WITHOUT_LIMITS = ("int", "iint", "iiint", "oint")
#: Names of functions, set upright; those in LIMITS carry what is below them there.
FUNCTIONS = _words(
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth log ln lg exp det dim ker deg arg hom gcd Pr "
    "lim limsup liminf max min sup inf argmax argmin"
)
LIMITS = _words("lim limsup liminf max min sup inf argmax argmin Pr det gcd")
ACCENTS = _pairs("hat ^ widehat ^ tilde ~ widetilde ~ bar ¯ dot ˙ ddot ¨ vec → check ˇ acute ´ grave ` breve ˘")
DELIMITERS = _pairs(
    "langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lbrace { rbrace } { { } } lvert | rvert | vert | | ‖ lVert ‖ "
    "rVert ‖ Vert ‖ lbrack [ rbrack ] "
)
#: Room, in parts of the letters' size.
SPACES = {",": 0.17, ":": 0.22, ";": 0.28, "!": -0.1, " ": 0.25, "quad": 1.0, "qquad": 2.0, "enspace": 0.5, "~": 0.25}
DOUBLE = dict(zip("CHNPQRZEAFK1", "ℂℍℕℙℚℝℤ𝔼𝔸𝔽𝕂𝟙", strict=True))
SCRIPT = dict(zip("BEFHILMRegoACDGJKNOPQSTUVWXYZ", "ℬℰℱℋℐℒℳℛℯℊℴ𝒜𝒞𝒟𝒢𝒥𝒦𝒩𝒪𝒫𝒬𝒮𝒯𝒰𝒱𝒲𝒳𝒴𝒵", strict=True))
