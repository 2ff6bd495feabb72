"""Names and places that simulated customers bear, and how they are typed wrongly."""

GIVEN = {
    "female": (
        *("Ana", "Maria", "Beatriz", "Carolina", "Catarina", "Clara", "Diana", "Eva", "Filipa"),
        *("Helena", "Inês", "Joana", "Julia", "Laura", "Leonor", "Lucia", "Mariana", "Marta"),
        *("Matilde", "Rita", "Sara", "Sofia", "Teresa", "Vera"),
    ),
    "male": (
        *("Afonso", "Andre", "Antonio", "Bernardo", "Bruno", "Carlos", "Daniel", "David"),
        *("Diogo", "Duarte", "Eduardo", "Francisco", "Gonçalo", "Hugo", "João", "Jorge", "Jose"),
        *("Luis", "Manuel", "Miguel", "Nuno", "Paulo", "Pedro", "Rafael"),
    ),
}
"""First names by gender; both have equally many."""

FAMILY = (
    *("Abreu", "Almeida", "Alves", "Amaral", "Andrade", "Antunes", "Araujo", "Azevedo", "Baptista"),
    *("Barbosa", "Barros", "Borges", "Braga", "Branco", "Brito", "Cabral", "Campos", "Cardoso"),
    *("Carneiro", "Carvalho", "Castro", "Coelho", "Correia", "Costa", "Cruz", "Cunha", "Dias"),
    *("Domingues", "Duarte", "Esteves", "Faria", "Fernandes", "Ferreira", "Figueiredo", "Fonseca"),
    *("Freitas", "Garcia", "Gomes", "Guerreiro", "Henriques", "Jesus", "Leal", "Leite", "Lima"),
    *("Lopes", "Loureiro", "Lourenço", "Macedo", "Machado", "Magalhães", "Maia", "Marques"),
    *("Martins", "Matias", "Matos", "Melo", "Mendes", "Miranda", "Monteiro", "Morais", "Moreira"),
    *("Mota", "Moura", "Nascimento", "Neto", "Neves", "Nogueira", "Nunes", "Oliveira", "Pacheco"),
    *("Paiva", "Pereira", "Pinheiro", "Pinto", "Pires", "Ramos", "Reis", "Ribeiro", "Rocha"),
    *("Rodrigues", "Sampaio", "Santos", "Silva", "Simões", "Soares", "Sousa", "Tavares"),
    *("Teixeira", "Torres", "Valente", "Vaz", "Vicente", "Vieira"),
)

CITIES = (
    *(("Lisboa", "1100", "Lisboa"), ("Sintra", "2710", "Lisboa"), ("Cascais", "2750", "Lisboa")),
    *(("Porto", "4000", "Norte"), ("Braga", "4700", "Norte"), ("Guimarães", "4800", "Norte")),
    *(("Coimbra", "3000", "Centro"), ("Aveiro", "3800", "Centro"), ("Leiria", "2400", "Centro")),
    *(("Évora", "7000", "Alentejo"), ("Beja", "7800", "Alentejo"), ("Faro", "8000", "Algarve")),
)
"""City, first part of its postcodes, region."""

STREETS = (
    *("Rua das Flores", "Rua Direita", "Avenida da Liberdade", "Rua do Sol", "Rua Nova"),
    *("Travessa da Fonte", "Rua da Igreja", "Largo do Carmo", "Rua dos Moinhos", "Rua do Mar"),
)
